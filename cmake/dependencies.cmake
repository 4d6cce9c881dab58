# What drover stands on; tools/packages lists the Debian packages and
# tools/install-packages installs them.
set(DROVER_INSTALL_HINT "run tools/install-packages build")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# drover_pkg_config(PREFIX MODULE): a required library, as the target
# PkgConfig::PREFIX, with the way to get it where it is missing.
macro(drover_pkg_config prefix module)
	pkg_check_modules(${prefix} IMPORTED_TARGET "${module}")
	if(NOT ${prefix}_FOUND)
		message(FATAL_ERROR
			"${module} is missing: ${DROVER_INSTALL_HINT}")
	endif()
endmacro()

drover_pkg_config(NCURSESW ncursesw)
drover_pkg_config(LIBUV libuv)
drover_pkg_config(YAML yaml-0.1)
drover_pkg_config(JANSSON jansson)
drover_pkg_config(CURL libcurl)
drover_pkg_config(URCU liburcu-memb)
drover_pkg_config(CRYPTO libcrypto)
drover_pkg_config(SSL libssl)
drover_pkg_config(SQLITE sqlite3)
drover_pkg_config(ZLIB zlib)
drover_pkg_config(RRD librrd)
# The call raft_step() and RAFT_VERSION_NUMBER came with 0.22; Debian 12
# has that in its backports only.
drover_pkg_config(RAFT "raft >= 0.22.1")
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_INCLUDES ${RAFT_INCLUDE_DIRS})
check_c_source_compiles("#include <raft.h>
#if !defined(RAFT_VERSION_NUMBER) || RAFT_VERSION_NUMBER < 2201
#error too old
#endif
int main(void) { return 0; }" RAFT_HEADER_IS_NEW_ENOUGH)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT RAFT_HEADER_IS_NEW_ENOUGH)
	message(FATAL_ERROR "raft.h is older than 0.22.1, though pkg-config "
		"says otherwise: ${DROVER_INSTALL_HINT}")
endif()

# Debian ships llhttp as C source beside node; warnings in it are not ours.
set(LLHTTP_SOURCE_DIR /usr/share/llhttp CACHE PATH
	"directory of api.c, http.c and llhttp.c")
set(LLHTTP_INCLUDE_DIR /usr/share/include/llhttp CACHE PATH
	"directory of llhttp.h")
if(NOT EXISTS ${LLHTTP_SOURCE_DIR}/llhttp.c)
	message(FATAL_ERROR "llhttp.c is not in ${LLHTTP_SOURCE_DIR} "
		"(node-llhttp): ${DROVER_INSTALL_HINT}")
endif()
add_library(llhttp STATIC ${LLHTTP_SOURCE_DIR}/api.c
	${LLHTTP_SOURCE_DIR}/http.c ${LLHTTP_SOURCE_DIR}/llhttp.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})
target_compile_options(llhttp PRIVATE -w)
