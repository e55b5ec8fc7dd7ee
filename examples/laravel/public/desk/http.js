// Requests of the page: JSON in, JSON out, with the tokens that Laravel wants.

const csrf = document.querySelector('meta[name="csrf-token"]').content;
let socketId = null;

/** From now on requests say which tab they come from, so that broadcast()->toOthers() leaves it out. */
export function sendSocketId(id) {
    socketId = id;
}

export async function request(method, path, body) {
    const response = await fetch(path, {
        method,
        headers: {
            Accept: 'application/json',
            'X-CSRF-TOKEN': csrf,
            ...(socketId && { 'X-Socket-ID': socketId }),
            ...(body && { 'Content-Type': 'application/json' }),
        },
        body: body && JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
        throw new Error(answer.message || `The server answered ${response.status}.`);
    }
    return answer;
}
