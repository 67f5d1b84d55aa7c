# For CMake: builds for linux/arm64 on another machine, by clang and Debian's arm64 packages, which
# cmd/package/arm64 unpacks into WALD_ARM64_ROOT. All programs are static, so qemu-user runs them as they are.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WALD_ARM64_ROOT)

set(triple aarch64-linux-gnu)
set(CMAKE_LIBRARY_ARCHITECTURE ${triple})
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET ${triple})
  set(CMAKE_${language}_LIBRARY_ARCHITECTURE ${triple})
endforeach()
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_STRIP ${triple}-strip)
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-fuse-ld=lld -static-pie -L/usr/${triple}/lib -L${WALD_ARM64_ROOT}/usr/lib/${triple}")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64) # CPack would take this machine's

set(LLVM_DIR ${WALD_ARM64_ROOT}/usr/lib/llvm-19/lib/cmake/llvm)
# Libraries and headers of the unpacked packages only, never those of this machine.
set(CMAKE_FIND_ROOT_PATH ${WALD_ARM64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
