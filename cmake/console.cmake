# embed_console(TARGET): builds web/ with npm and compiles its files, compressed, into the target. npm runs only when the
# lockfile or a source changed.
function(embed_console target)
  find_program(NPM_PROGRAM npm)
  if(NOT NPM_PROGRAM)
    message(FATAL_ERROR "The console needs npm: ./dev dependencies installs it; -DCONNECTOR_CONSOLE=OFF builds without")
  endif()
  find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
  set(web ${CMAKE_SOURCE_DIR}/web)
  set(out ${CMAKE_BINARY_DIR}/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/*)
  add_custom_command(
    OUTPUT ${web}/node_modules/.package-lock.json
    COMMAND ${NPM_PROGRAM} install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${web}/node_modules/.package-lock.json
    DEPENDS ${web}/package-lock.json ${web}/package.json
    WORKING_DIRECTORY ${web}
    COMMENT "Installing the console's libraries"
    VERBATIM)
  add_custom_command(
    OUTPUT ${out}/console_files.cpp
    COMMAND ${CMAKE_COMMAND} -E env CONSOLE_OUT=${out}/files ${NPM_PROGRAM} run --silent build
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tools/embed_console.py ${out}/files ${out}/console_files.cpp
    DEPENDS ${sources} ${web}/index.html ${web}/vite.config.ts ${web}/tsconfig.json
            ${web}/node_modules/.package-lock.json ${CMAKE_SOURCE_DIR}/tools/embed_console.py
    WORKING_DIRECTORY ${web}
    COMMENT "Building the console"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/console_files.cpp)
  target_compile_definitions(${target} PRIVATE CONNECTOR_WITH_CONSOLE)
endfunction()
