/*
 * Preloaded before the sanitizers' libraries: PHP opens extensions with RTLD_DEEPBIND, which would bind their malloc() past
 * the sanitizer, and which the sanitizer therefore refuses.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

void *dlopen(const char *file, int flags)
{
	void *(*next)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");

	return next(file, flags & ~RTLD_DEEPBIND);
}
