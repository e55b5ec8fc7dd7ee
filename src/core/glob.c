#include "glob.h"

#include <stdint.h>

/*
 * Reads the set behind a "[" at *at and moves *at behind its "]". A set without an end ends with the pattern, and "]" ends it
 * wherever it stands, as in Redis: "[]" is nothing, "[^]" is any byte.
 */
static bool is_in_set(sse_str pattern, size_t *at, unsigned char c)
{
	const unsigned char *bytes = (const unsigned char *)pattern.data;
	size_t i = *at;
	bool inverted = i < pattern.len && bytes[i] == '^';
	bool found = false;

	if (inverted) {
		i++;
	}
	while (i < pattern.len && bytes[i] != ']') {
		if (bytes[i] == '\\' && i + 1 < pattern.len) {
			found = found || bytes[i + 1] == c;
			i += 2;
		} else if (i + 2 < pattern.len && bytes[i + 1] == '-') {
			unsigned char low = bytes[i], high = bytes[i + 2];

			found = found || (low <= high ? low <= c && c <= high : high <= c && c <= low);
			i += 3;
		} else {
			found = found || bytes[i] == c;
			i++;
		}
	}
	*at = i < pattern.len ? i + 1 : i;
	return found != inverted;
}

/* Whether c matches the one thing at *at that is not a star; moves *at behind it. */
static bool matches_one(sse_str pattern, size_t *at, unsigned char c)
{
	unsigned char wanted = (unsigned char)pattern.data[(*at)++];

	switch (wanted) {
	case '?':
		return true;
	case '[':
		return is_in_set(pattern, at, c);
	case '\\':
		if (*at < pattern.len) {
			wanted = (unsigned char)pattern.data[(*at)++];
		}
		return wanted == c;
	default:
		return wanted == c;
	}
}

bool sse_glob_matches(sse_str pattern, sse_str text)
{
	size_t p = 0, t = 0;
	size_t star = SIZE_MAX, star_text = 0; /* behind the newest star, and where what follows it was tried last */

	/*
	 * Only the newest star is ever tried anew: whatever it leaves to the right, an older one could not do better, as all the
	 * rest takes exactly one byte each. That is what keeps a row of stars from taking exponential time.
	 */
	while (t < text.len) {
		if (p < pattern.len && pattern.data[p] == '*') {
			star = ++p;
			star_text = t;
		} else if (p < pattern.len && matches_one(pattern, &p, (unsigned char)text.data[t])) {
			t++;
		} else if (star != SIZE_MAX) {
			p = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*') {
		p++;
	}
	return p == pattern.len;
}
