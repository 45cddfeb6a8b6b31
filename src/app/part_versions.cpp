#include "app/part_versions.h"

#include <archive.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <toml++/impl/version.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <tl/expected.hpp>

#define CONNECTOR_TEXT_OF(value) #value
#define CONNECTOR_TEXT(value) CONNECTOR_TEXT_OF(value)

namespace connector::app {

std::vector<std::pair<std::string, std::string>> part_versions() {
  return {
      {"ml-connector", CONNECTOR_VERSION},
      {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
      {"cli11", CLI11_VERSION},
      {"compiler", __VERSION__},
      {"curl", curl_version_info(CURLVERSION_NOW)->version},
      {"expected",
       fmt::format("{}.{}.{}", TL_EXPECTED_VERSION_MAJOR, TL_EXPECTED_VERSION_MINOR, TL_EXPECTED_VERSION_PATCH)},
      {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"libarchive", archive_version_string() + std::string_view("libarchive ").size()},
      {"libpq", fmt::format("{}.{}", PQlibVersion() / 10000, PQlibVersion() % 10000)},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"simdjson", CONNECTOR_TEXT(SIMDJSON_VERSION)},
      {"sodium", sodium_version_string()},
      {"sqlite", sqlite3_libversion()},
      {"toml++", fmt::format("{}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)},
      {"zlib", zlibVersion()},
  };
}

}  // namespace connector::app
