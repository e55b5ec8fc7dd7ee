export * from './client.js';
export { type Callback, type ChannelError, SseChannel, SsePrivateChannel } from './channel.js';
export { type ConnectionStatus, SseConnector } from './connector.js';
export type { SseConnectorOptions } from './connector_options.js';
export type { StreamFailure } from './messages.js';
export { type ParsedEvent, type ParserHandler, SseParser } from './parser.js';
export { SsePresenceChannel } from './presence_channel.js';
export { RecentKeys } from './recent.js';
