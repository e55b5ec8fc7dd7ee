#include "utf8.h"

size_t sse_utf8_char(const char *at, size_t len, size_t *skip)
{
	unsigned char lead = (unsigned char)at[0];
	/* The second byte's range is what excludes overlong forms, surrogates and everything above U+10FFFF. */
	unsigned char low = 0x80, high = 0xBF;
	size_t wanted;

	*skip = 1;
	if (lead < 0x80) {
		return 1;
	} else if (lead >= 0xC2 && lead <= 0xDF) {
		wanted = 2;
	} else if (lead >= 0xE0 && lead <= 0xEF) {
		wanted = 3;
		if (lead == 0xE0) {
			low = 0xA0;
		} else if (lead == 0xED) {
			high = 0x9F;
		}
	} else if (lead >= 0xF0 && lead <= 0xF4) {
		wanted = 4;
		if (lead == 0xF0) {
			low = 0x90;
		} else if (lead == 0xF4) {
			high = 0x8F;
		}
	} else {
		return 0;
	}
	for (size_t i = 1; i < wanted; i++) {
		if (i >= len || (unsigned char)at[i] < low || (unsigned char)at[i] > high) {
			*skip = i;
			return 0;
		}
		low = 0x80;
		high = 0xBF;
	}
	return wanted;
}
