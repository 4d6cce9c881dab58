# What drover stands on; tools/install-packages installs it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(NCURSESW REQUIRED IMPORTED_TARGET ncursesw)
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(URCU REQUIRED IMPORTED_TARGET liburcu-memb)

# Debian ships llhttp as C source beside node; warnings in it are not ours.
set(LLHTTP_SOURCE_DIR /usr/share/llhttp CACHE PATH
	"directory of api.c, http.c and llhttp.c")
set(LLHTTP_INCLUDE_DIR /usr/share/include/llhttp CACHE PATH
	"directory of llhttp.h")
