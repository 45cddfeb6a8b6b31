#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <system_error>

#include "app/config_file.h"
#include "app/installation.h"
#include "app/run.h"
#include "store/open_store.h"
#include "store/postgres/move_to_postgres.h"
#include "store/postgres/postgres_url.h"
#include "store/restoration.h"
#include "store/secret_store.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::app::commands {
namespace {

using domain::Cause;
using domain::Result;
using domain::UtcTime;

/// 2026-11-29T08:15:00Z as it stands in a file's name.
std::string stamp(UtcTime time) {
  std::string text = domain::to_iso8601_seconds(time);
  std::erase_if(text, [](char character) { return character == ':' || character == '-'; });
  return text;
}

/// A name that is still free for the store that gives way.
std::string name_aside(const std::string& path, std::string_view why, UtcTime now) {
  const std::string name = fmt::format("{}.{}-{}", path, why, stamp(now));
  std::string free = name;
  std::error_code error;
  for (int number = 2; std::filesystem::exists(free, error); ++number) free = fmt::format("{}-{}", name, number);
  return free;
}

struct Restored {
  std::optional<UtcTime> as_of;
  std::int64_t records = 0;
};

/// Checks a copy of the backup and prepares it to be the store: until it is in place nothing else is touched.
Result<Restored> prepare(Context& context, const Config& config, const std::string& copy, const std::string& backup) {
  auto problems = store::check_sqlite_file(copy);
  if (!problems) return domain::fail(problems.error().cause, backup + ": " + problems.error().message);
  if (!problems->empty()) return domain::fail(Cause::bad_input, backup + " is damaged: " + problems->front());
  Installation installation;
  auto opened = store::open_sqlite_store(copy, installation.loop, installation.clock);
  if (!opened) return domain::fail(opened.error().cause, backup + ": " + opened.error().message);
  installation.store = std::move(*opened);
  auto vault = store::Vault::open(master_key_source(config));
  if (!vault) return domain::fail(vault.error());
  const UtcTime now = installation.clock.now();
  auto restored = installation.write([&](store::Transaction& transaction) -> Result<Restored> {
    Restored result;
    if (auto checked = store::check_vault(transaction, *vault); !checked) return domain::fail(checked.error());
    auto verdict = transaction.verify_audit();
    if (!verdict) return domain::fail(verdict.error());
    if (verdict->first_bad_sequence) {
      return domain::fail(Cause::bad_input, backup + " holds a damaged audit trail: " + verdict->problem);
    }
    result.records = verdict->records;
    auto made = store::backed_up_at(transaction);
    if (!made) return domain::fail(made.error());
    result.as_of = *made;
    if (auto noted = store::note_restored(transaction, now); !noted) return domain::fail(noted.error());
    json::Value detail{json::Object{}};
    detail.set("file", backup);
    detail.set("as_of", *made ? json::Value(domain::to_iso8601(**made)) : json::Value());
    auto audited = transaction.append_audit(person_audit(context, now, 0, "store.restored", detail));
    if (!audited) return domain::fail(audited.error());
    return result;
  });
  return restored;
}

Result<void> note_in_copy(const std::string& copy, const std::function<Result<void>(store::Transaction&)>& note) {
  Installation installation;
  auto opened = store::open_sqlite_store(copy, installation.loop, installation.clock);
  if (!opened) return domain::fail(opened.error());
  installation.store = std::move(*opened);
  return installation.write(note);
}

/// Puts the prepared copy in the store's place. Returns the name under which the store before is kept; empty if there
/// was none.
Result<std::string> take_place(const std::string& copy, const std::string& path) {
  std::error_code error;
  std::string aside;
  if (std::filesystem::exists(path, error)) aside = name_aside(path, "before-restore", net::SystemClock().now());
  auto placed = store::set_sqlite_file_aside(path, aside);
  if (placed) placed = store::put_sqlite_file_in_place(copy, path);
  if (placed) return aside;
  // Rather the store as it was, with its log, than none.
  if (!std::filesystem::exists(path, error)) (void)store::set_sqlite_file_aside(aside, path);
  return domain::fail(placed.error());
}

/// Backups in files are SQLite's.
Result<void> require_file(const Config& config) {
  if (!config.store.place.is_postgres()) return {};
  return domain::fail(
      Cause::bad_input,
      "the store is in PostgreSQL: back it up and put it back by its own means (pg_dump, or base backups "
      "with the log), then say so with `store restored`");
}

constexpr std::string_view after_restoring =
    "What was posted since then stands in Exact: each document is sought there before it is sent.\n"
    "Sign in at Exact again (connect exact NAME): the tokens of the backup were used up. Then run sync, and\n"
    "reconcile the days since the backup.\n";

}  // namespace

ExitCode run(const StoreBackup& command, Context& context) {
  // Before it is opened: a server that is away has nothing to do with it.
  auto loaded = load_config(context.config_file, context.environment);
  if (!loaded) return fail_command(context, loaded.error());
  if (auto kept = require_file(loaded->config); !kept) return fail_command(context, kept.error());
  std::error_code error;
  if (std::filesystem::exists(command.file, error)) {
    return fail_command(context, {Cause::bad_input, command.file + " exists: nothing is overwritten"});
  }
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  const UtcTime now = (*installation)->clock.now();
  json::Value detail{json::Object{}};
  detail.set("file", command.file);
  const auto note = [now, record = person_audit(context, now, 0, "store.backup", detail)](
                        store::Transaction& transaction) -> Result<void> {
    if (auto marked = store::note_backup(transaction, now); !marked) return marked;
    return transaction.append_audit(record);
  };
  const std::string path = (*installation)->config.store.place.sqlite_file.string();
  // In the copy first: a backup that fails must not be recorded as made.
  auto copied = store::copy_sqlite_file(path, command.file,
                                        [&note](const std::string& partial) { return note_in_copy(partial, note); });
  if (!copied) return fail_command(context, copied.error());
  if (auto noted = (*installation)->write(note); !noted) {
    context.output.note(command.file + " is made and whole; that it was could not be noted in the store");
    return fail_command(context, noted.error());
  }
  json::Value result;
  result.set("file", command.file);
  result.set("bytes", static_cast<std::int64_t>(std::filesystem::file_size(command.file, error)));
  result.set("as_of", domain::to_iso8601(now));
  context.output.result(result,
                        fmt::format("{} holds the store as of {}. Its secrets need the master key, which is not "
                                    "in it: keep that elsewhere\n",
                                    command.file, domain::to_iso8601_seconds(now)));
  return ExitCode::done;
}

ExitCode run(const StoreRestore& command, Context& context) {
  auto loaded = load_config(context.config_file, context.environment);
  if (!loaded) return fail_command(context, loaded.error());
  if (auto kept = require_file(loaded->config); !kept) return fail_command(context, kept.error());
  std::error_code error;
  if (!std::filesystem::exists(command.file, error)) {
    return fail_command(context, {Cause::bad_input, "there is no file " + command.file});
  }
  const std::string path = loaded->config.store.place.sqlite_file.string();
  const std::string copy = path + ".restoring";
  std::filesystem::remove(copy, error);
  if (auto copied = store::copy_sqlite_file(command.file, copy); !copied) return fail_command(context, copied.error());
  auto restored = prepare(context, loaded->config, copy, command.file);
  auto aside = restored ? take_place(copy, path) : Result<std::string>(domain::fail(restored.error()));
  if (!aside) {
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(copy + part, error);
    return fail_command(context, aside.error());
  }
  json::Value result;
  result.set("store", path);
  result.set("as_of", restored->as_of ? json::Value(domain::to_iso8601(*restored->as_of)) : json::Value());
  result.set("audit_records", restored->records);
  result.set("set_aside", aside->empty() ? json::Value() : json::Value(*aside));
  std::string text = fmt::format("{} is the store of {}\n", path,
                                 restored->as_of ? domain::to_iso8601_seconds(*restored->as_of)
                                                 : std::string("the backup, made at an unknown time"));
  if (!aside->empty()) text += "the one before is kept as " + *aside + "\n";
  text += after_restoring;
  context.output.result(result, text);
  return ExitCode::done;
}

ExitCode run(const StoreRestored&, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  const UtcTime now = (*installation)->clock.now();
  const std::string shown = (*installation)->config.store.place.shown();
  json::Value detail{json::Object{}};
  detail.set("reason", "a person said so");
  auto noted = (*installation)
                   ->write([now, record = person_audit(context, now, 0, "store.restored", detail)](
                               store::Transaction& transaction) -> Result<void> {
                     if (auto marked = store::note_restored(transaction, now); !marked) return marked;
                     return transaction.append_audit(record);
                   });
  if (!noted) return fail_command(context, noted.error());
  json::Value result;
  result.set("store", shown);
  result.set("restored_at", domain::to_iso8601(now));
  context.output.result(result, fmt::format("{} counts as restored.\n{}", shown, after_restoring));
  return ExitCode::done;
}

ExitCode run(const StoreMove& command, Context& context) {
  auto loaded = load_config(context.config_file, context.environment);
  if (!loaded) return fail_command(context, loaded.error());
  if (loaded->config.store.place.is_postgres()) {
    return fail_command(context, {Cause::bad_input, "the store is in PostgreSQL already"});
  }
  if (!store::is_postgres_url(command.url)) {
    return fail_command(context, {Cause::bad_input, "URL must be postgresql://HOST/DATABASE"});
  }
  if (auto readable = store::check_postgres_url(command.url); !readable) return fail_command(context, readable.error());
  const std::string path = loaded->config.store.place.sqlite_file.string();
  const UtcTime now = net::SystemClock().now();
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return fail_command(context, {Cause::bad_input, "there is no store " + path});

  // First of all: nothing may be posted from both.
  const std::string aside = name_aside(path, "moved", now);
  if (auto placed = store::set_sqlite_file_aside(path, aside); !placed) return fail_command(context, placed.error());
  const store::StorePlace target{"", command.url};
  json::Value detail{json::Object{}};
  detail.set("from", path);
  detail.set("to", target.shown());
  auto copied =
      store::copy_to_postgres(aside, command.url, now,
                              [record = person_audit(context, now, 0, "store.moved", detail)](
                                  store::Transaction& transaction) { return transaction.append_audit(record); });
  if (!copied) {
    if (auto back = store::put_sqlite_file_in_place(aside, path); !back) context.output.problem(back.error());
    return fail_command(context, copied.error());
  }
  std::int64_t rows = 0;
  for (const store::CopiedTable& table : *copied) rows += table.rows;
  json::Value result;
  result.set("store", target.shown());
  result.set("rows", rows);
  result.set("set_aside", aside);
  context.output.result(
      result,
      fmt::format(
          "{} rows are in {}; the file is kept as {}.\nBefore anything else put this command's URL into [store] of "
          "{}, as url\n",
          rows, target.shown(), aside, loaded->file.string()));
  return ExitCode::done;
}

}  // namespace connector::app::commands
