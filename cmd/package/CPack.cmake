# What `cmake --install` installs, and the Debian package of it (cmd/package/deb). The man page and the
# completions are what the binary itself says.
include(GNUInstallDirs)
set(texts ${PROJECT_BINARY_DIR}/package/texts)
install(TARGETS wald RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(CODE "
  file(MAKE_DIRECTORY \"${texts}\")
  function(write_text file)
    execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} \"$<TARGET_FILE:wald>\" \${ARGN} OUTPUT_FILE \"${texts}/\${file}\"
      COMMAND_ERROR_IS_FATAL ANY)
  endfunction()
  write_text(wald.1 help --man)
  write_text(wald.bash completion bash)
  write_text(_wald completion zsh)
  write_text(wald.fish completion fish)
  execute_process(COMMAND gzip -9nf \"${texts}/wald.1\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gzip -9nc \"${PROJECT_SOURCE_DIR}/CHANGELOG.md\"
    OUTPUT_FILE \"${texts}/changelog.gz\" COMMAND_ERROR_IS_FATAL ANY)
")
install(FILES ${texts}/wald.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${texts}/wald.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  RENAME wald)
install(FILES ${texts}/_wald DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${texts}/wald.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/wald
  RENAME copyright)
install(FILES ${texts}/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/wald)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR "The wald authors")
set(CPACK_PACKAGE_CONTACT "The wald authors <wald@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "linker for Go's WebAssembly programs")
set(CPACK_PACKAGE_DESCRIPTION
  "wald takes over the last step of go build for GOARCH=wasm: it reads the objects\n\
that the Go compiler wrote and writes the same module as go tool link, byte for\n\
byte, in a fraction of the time and memory. On request it optimizes modules.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "golang-go")
include(CPack)
