# Toolchain for the exact tests on another processor: cmake -DVAECOMP_CROSS=aarch64 (or s390x).
# Programs are linked statically and run under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${VAECOMP_CROSS})
set(CMAKE_CXX_COMPILER ${VAECOMP_CROSS}-linux-gnu-g++)
set(CMAKE_ASM_COMPILER ${VAECOMP_CROSS}-linux-gnu-g++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${VAECOMP_CROSS}-static)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES VAECOMP_CROSS)
