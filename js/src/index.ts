export * from './client.js';
export { type ParsedEvent, type ParserHandler, SseParser } from './parser.js';
export { RecentKeys } from './recent.js';
