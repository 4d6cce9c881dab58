# How everything is compiled.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Assertions stay on in what is shipped: they catch our bugs, droverd
# starts a process again, and no figure has shown their cost.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

option(DROVER_TESTS "build the tests and benchmarks" ON)
option(DROVER_FUZZ "build the fuzzers (clang only)" OFF)
set(DROVER_SANITIZE "" CACHE STRING "sanitizers, e.g. address,undefined")

include(GNUInstallDirs)
set(DROVER_LIBEXEC_DIR ${CMAKE_INSTALL_LIBEXECDIR}/drover)

add_compile_definitions(_GNU_SOURCE DROVER_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes
	-Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wundef
	-fno-strict-aliasing -fstack-protector-strong)
if(DROVER_SANITIZE)
	add_compile_options(-O1 -fsanitize=${DROVER_SANITIZE}
		-fno-omit-frame-pointer -fno-sanitize-recover=undefined)
	add_link_options(-fsanitize=${DROVER_SANITIZE})
	# These two guess from the optimised code, which a sanitizer changes;
	# the plain build has them on.
	if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
		add_compile_options(-Wno-format-truncation
			-Wno-maybe-uninitialized)
	endif()
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
	add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(DROVER_FUZZ)
	add_compile_options(-fsanitize=fuzzer-no-link)
endif()
# The same sources give the same binaries wherever they lie: no path of
# the build in assertions, debug information or search paths.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
	-ffile-prefix-map=${CMAKE_BINARY_DIR}/=build/)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
# An installed tree finds its library wherever it is put; /usr needs none.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}"
		"$ORIGIN/../../${CMAKE_INSTALL_LIBDIR}")
endif()

include_directories(${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}
	${CMAKE_SOURCE_DIR}/daemon)
# Everything runs from the build tree as it does when installed: programs
# and processes side by side in bin.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
