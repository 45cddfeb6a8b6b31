#include "walmart/settlement_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace connector::walmart {

namespace {

/// A row takes some 400 bytes: half a million of them.
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;

struct CloseArchive {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using OpenArchive = std::unique_ptr<archive, CloseArchive>;

tl::unexpected<domain::Error> damaged(std::string_view what) {
  return domain::fail(domain::Cause::malformed_response,
                      "the archive of Walmart's settlement file cannot be unpacked: " + std::string(what));
}

/// libarchive's own words tell of the file's form alone.
tl::unexpected<domain::Error> damaged(archive* opened) {
  const char* words = archive_error_string(opened);
  return damaged(words == nullptr ? "it is damaged" : words);
}

domain::Result<std::string> read_entry(archive* opened) {
  std::string content;
  std::array<char, 1U << 16U> part;
  while (true) {
    const auto count = archive_read_data(opened, part.data(), part.size());
    if (count < 0) return damaged(opened);
    if (count == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(count));
    if (content.size() > kMostBytes) return damaged("it holds more than 256 MiB");
  }
}

}  // namespace

domain::Result<std::string> unpack_settlement(std::string_view archive_bytes) {
  const OpenArchive opened(archive_read_new());
  if (!opened) return damaged("no memory");
  archive_read_support_format_zip(opened.get());
  if (archive_read_open_memory(opened.get(), archive_bytes.data(), archive_bytes.size()) != ARCHIVE_OK) {
    return damaged(opened.get());
  }
  std::string file;
  bool is_found = false;
  archive_entry* entry = nullptr;
  while (true) {
    const int step = archive_read_next_header(opened.get(), &entry);
    if (step == ARCHIVE_EOF) break;
    if (step != ARCHIVE_OK && step != ARCHIVE_WARN) return damaged(opened.get());
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (is_found) return damaged("it holds more than one file");
    auto content = read_entry(opened.get());
    if (!content) return content;
    file = std::move(*content);
    is_found = true;
  }
  if (!is_found) return damaged("it holds no file");
  return file;
}

}  // namespace connector::walmart
