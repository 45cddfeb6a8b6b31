# embed_text(TARGET FILE SYMBOL): compiles a text file into the target as `extern const char* const SYMBOL`.
function(embed_text target file symbol)
  file(READ ${file} content)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.cpp)
  file(CONFIGURE OUTPUT ${source}
       CONTENT "extern const char* const ${symbol};\nconst char* const ${symbol} = R\"EMBEDDED(${content})EMBEDDED\";\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  target_sources(${target} PRIVATE ${source})
endfunction()
