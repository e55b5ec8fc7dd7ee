// Who works here. The session belongs to the browser: a tab that shows somebody else than the last login is loaded anew.

export const user = JSON.parse(document.body.dataset.user);

const others = new BroadcastChannel('desk-user');
others.postMessage(user.id);
others.onmessage = ({ data }) => data !== user.id && location.reload();

const menu = document.querySelector('details.who');
document.addEventListener('click', ({ target }) => menu.contains(target) || menu.removeAttribute('open'));
menu.addEventListener('keydown', ({ key }) => key === 'Escape' && menu.removeAttribute('open'));

