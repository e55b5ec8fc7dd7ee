mod debian/sse.ini
mod debian/build/modules/sse.so
