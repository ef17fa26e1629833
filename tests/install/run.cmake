# Installs the build into an empty prefix and builds a program against it as a user would.
set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(${prefix}/bin/vaecomp --version)
foreach(page man/man1/vaecomp.1 man/man1/vaecomp-encode.1 bash-completion/completions/vaecomp
    zsh/site-functions/_vaecomp fish/vendor_completions.d/vaecomp.fish)
  if(NOT EXISTS ${prefix}/share/${page})
    message(FATAL_ERROR "share/${page} was not installed")
  endif()
endforeach()

# The README's program as it stands there.
file(READ ${SOURCE}/../../README.md page)
set(fence "```")
string(FIND "${page}" "${fence}cpp\n" begin)
if(begin EQUAL -1)
  message(FATAL_ERROR "README.md shows no C++ program")
endif()
math(EXPR begin "${begin} + 7")
string(SUBSTRING "${page}" ${begin} -1 page)
string(FIND "${page}" "${fence}" length)
string(SUBSTRING "${page}" 0 ${length} program)
file(WRITE ${WORK}/readme.cpp "${program}")

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -DCMAKE_PREFIX_PATH=${prefix}
  "-DCMAKE_CXX_FLAGS=${FLAGS}" -DREADME_PROGRAM=${WORK}/readme.cpp)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
run(${WORK}/build/c_consumer)
set(stream ${SOURCE}/../golden/default_middle.vaec 161 97)
run(${WORK}/build/decoder ${stream})

# The same without CMake.
find_program(pkg_config pkg-config REQUIRED)
file(GLOB_RECURSE package ${prefix}/*/vaecomp-dec.pc)
get_filename_component(package ${package} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${package})
execute_process(COMMAND ${pkg_config} --cflags --libs vaecomp-dec OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${FLAGS} ${flags}")
run(${COMPILER} -std=c++20 ${SOURCE}/decoder.cpp -o ${WORK}/decoder ${flags})
run(${WORK}/decoder ${stream})
run(${pkg_config} --exists vaecomp)
run(${WORK}/build/example)
run(${WORK}/build/readme)
