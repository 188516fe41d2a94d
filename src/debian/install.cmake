# Runs at the end of an installation. One below /usr is that of a .deb: a few files follow Debian's policy there.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()
set(share "$ENV{DESTDIR}/usr/share")
file(REMOVE "${share}/doc/portsim/LICENSE")
file(RENAME "${share}/doc/portsim/CHANGELOG.md" "${share}/doc/portsim/changelog")
execute_process(COMMAND gzip -9n "${share}/doc/portsim/changelog" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND gzip -9n "${share}/man/man1/portsim.1" COMMAND_ERROR_IS_FATAL ANY)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${share}/doc/portsim/changelog.Debian"
     "portsim (${PORTSIM_PACKAGE_VERSION}) unstable; urgency=medium\n\n  * The changes are in changelog.gz.\n\n"
     " -- the portsim project <portsim@localhost>  ${date}\n")
execute_process(COMMAND gzip -9n "${share}/doc/portsim/changelog.Debian" COMMAND_ERROR_IS_FATAL ANY)
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/copyright" DESTINATION "/usr/share/doc/portsim")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/lintian-overrides" DESTINATION "/usr/share/lintian/overrides" RENAME portsim)
