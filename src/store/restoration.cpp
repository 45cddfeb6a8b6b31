#include "store/restoration.h"

namespace connector::store {

using domain::fail;

namespace {

/// Watermarks of the installation.
constexpr std::string_view kBackedUp = "store/backed_up_at";
constexpr std::string_view kRestored = "store/restored_at";

Result<std::optional<UtcTime>> time_of(Reader& reader, std::string_view name) {
  auto text = reader.watermark(0, name);
  if (!text) return fail(text.error());
  if (!*text) return std::nullopt;
  auto time = domain::parse_iso8601(**text);
  if (!time) return fail(domain::Cause::store_failure, "the store's mark " + std::string(name) + " cannot be read");
  return *time;
}

}  // namespace

Result<void> note_backup(Transaction& transaction, UtcTime at) {
  return transaction.put_watermark(0, kBackedUp, domain::to_iso8601(at));
}

Result<std::optional<UtcTime>> backed_up_at(Reader& reader) { return time_of(reader, kBackedUp); }

Result<void> note_restored(Transaction& transaction, UtcTime at) {
  return transaction.put_watermark(0, kRestored, domain::to_iso8601(at));
}

Result<std::optional<UtcTime>> restored_at(Reader& reader) { return time_of(reader, kRestored); }

}  // namespace connector::store
