// The rights in Redis that docs/security.md names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.mjs';

const text = readFileSync(join(repository, 'docs/security.md'), 'utf8');

/** The words of each `ACL SETUSER`, by the user's name. */
export const rules = Object.fromEntries(
    [...text.matchAll(/^ACL SETUSER (\w+) (.*(?:\n {4}.*)*)/gm)].map(([, user, rest]) => [user, rest.trim().split(/\s+/)]),
);

/** What a cluster takes beside them. */
export const clusterRights = /In a cluster, on every node:\s+`([^`]+)`/.exec(text)[1].split(' ');
