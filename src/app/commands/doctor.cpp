#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <system_error>

#include "app/config_address.h"
#include "app/config_file.h"
#include "app/installation.h"
#include "app/live_installation.h"
#include "app/run.h"
#include "flows/document_mode.h"
#include "flows/settings_json.h"
#include "flows/unused_gl_accounts.h"
#include "flows/with_runtime.h"
#include "store/postgres/postgres_store.h"
#include "store/restoration.h"
#include "store/secret_store.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::app::commands {
namespace {

using domain::Cause;
using domain::Result;

constexpr std::uintmax_t least_free_bytes = 256UL << 20U;
/// An installation of thousands should not wait for one after the other.
constexpr std::size_t connections_asked_at_once = 16;

/// Makes one check after the other; a check returns what it saw, or what is wrong and what to do.
class Examination {
 public:
  explicit Examination(Context& context) : context_(context) {}

  void check(const std::string& name, const Result<std::string>& outcome, const char* good = "ok") {
    table_.rows.push_back({name, outcome ? good : "failed", outcome ? *outcome : outcome.error().message,
                           outcome ? json::Value() : json::Value(domain::advice(outcome.error().cause))});
    if (!outcome) code_ = graver(code_, exit_code_of(outcome.error().cause));
  }

  /// What is worth knowing and no fault of the installation.
  void note(const std::string& name, const std::string& text) {
    table_.rows.push_back({name, "note", text, json::Value()});
  }

  ExitCode finish() {
    context_.output.table("checks", table_);
    return code_;
  }

 private:
  Context& context_;
  Table table_{{{"check", "CHECK"}, {"result", "RESULT"}, {"detail", "DETAIL"}, {"advice", "ADVICE"}}, {}};
  ExitCode code_ = ExitCode::done;
};

/// Exact sends the browser of whoever signs in back to it.
void note_public_url(Examination& examination, const Config& config) {
  if (config.server.public_url_given || !is_any_address(config.server.listen_host)) return;
  examination.note(
      "public_url",
      fmt::format("not set, while server.listen takes calls from other machines: the sign-in at Exact ends "
                  "at {}/oauth/exact/callback, which only this machine reaches; set server.public_url",
                  config.server.public_url));
}

Result<std::string> check_clock(Installation& installation) {
  domain::UtcTime now = installation.clock.now();
  if (now < domain::start_of_day(domain::Date{std::chrono::year{2025}, std::chrono::January, std::chrono::day{1}})) {
    return domain::fail(Cause::bad_input, fmt::format("the clock says {}; set it", domain::to_iso8601(now)));
  }
  if (auto date = domain::date_in_zone(now, "America/New_York"); !date) {
    return domain::fail(Cause::bad_input, "the time zone data is missing; install tzdata");
  }
  auto newest = installation.read([](store::Reader& reader) -> Result<std::optional<domain::UtcTime>> {
    store::PostingFilter filter;
    filter.limit = 1;
    auto rows = reader.postings(filter);
    if (!rows) return domain::fail(rows.error());
    if (rows->empty()) return std::nullopt;
    return rows->front().created_at;
  });
  if (!newest) return domain::fail(newest.error());
  if (*newest && **newest > now + std::chrono::minutes(5)) {
    return domain::fail(Cause::bad_input,
                        fmt::format("the clock says {}, but the store holds work of {}; set the clock",
                                    domain::to_iso8601(now), domain::to_iso8601(**newest)));
  }
  return domain::to_iso8601(now);
}

Result<std::string> check_disk(const std::filesystem::path& store_file) {
  std::filesystem::path folder = store_file.parent_path().empty() ? "." : store_file.parent_path();
  std::error_code error;
  std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error)
    return domain::fail(Cause::store_failure, fmt::format("cannot look at {}: {}", folder.string(), error.message()));
  std::string free = fmt::format("{} MiB free at {}", space.available >> 20U, folder.string());
  if (space.available < least_free_bytes) return domain::fail(Cause::store_failure, free);
  return free;
}

/// What keeps the store: checked, and named.
Result<std::string> check_keeper(const store::StorePlace& place) {
  if (place.is_postgres()) {
    auto server = store::examine_postgres(place.postgres_url);
    if (!server) return domain::fail(server.error());
    if (!server->problems.empty()) return domain::fail(Cause::store_failure, server->problems.front());
    return fmt::format("{}, PostgreSQL {}", place.shown(), server->version);
  }
  auto problems = store::check_sqlite_file(place.sqlite_file.string());
  if (!problems) return domain::fail(problems.error());
  if (problems->empty()) return place.shown();
  return domain::fail(Cause::store_failure,
                      fmt::format("damaged: {} (and {} more)", problems->front(), problems->size() - 1));
}

Result<std::string> check_store(Installation& installation) {
  auto keeper = check_keeper(installation.config.store.place);
  if (!keeper) return keeper;
  auto version = installation.read([](store::Reader& reader) { return reader.schema_version(); });
  if (!version) return domain::fail(version.error());
  return fmt::format("{}, schema version {}", *keeper, *version);
}

Result<std::string> check_connections(Installation& installation) {
  return installation.read([](store::Reader& reader) -> Result<std::string> {
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    for (const store::ConnectionRow& row : *rows) {
      auto settings = flows::settings_of(row);
      if (!settings)
        return domain::fail(settings.error().cause, fmt::format("{}: {}", row.name, settings.error().message));
    }
    return fmt::format("{} connections", rows->size());
  });
}

/// Names the mapped G/L accounts that Exact does not use, for each connection in whose mode it books on those of items.
Result<void> note_unused_accounts(Examination& examination, Installation& installation) {
  using Unused = std::vector<std::pair<std::string, std::string>>;
  auto unused = installation.read([](store::Reader& reader) -> Result<Unused> {
    Unused found;
    auto rows = reader.connections();
    if (!rows) return domain::fail(rows.error());
    for (const store::ConnectionRow& row : *rows) {
      auto findings = flows::unused_gl_accounts(reader, row.id);
      if (!findings) return domain::fail(findings.error());
      if (!findings->empty()) found.emplace_back(row.name, flows::describe_unused_gl_accounts(*findings));
    }
    return found;
  });
  if (!unused) return domain::fail(unused.error());
  for (const auto& [name, text] : *unused) examination.note("accounts of " + name, text);
  return {};
}

/// When the store was backed up last.
Result<std::string> last_backup(Installation& installation) {
  if (installation.config.store.place.is_postgres())
    return std::string("PostgreSQL's own, of which nothing is known here");
  auto made = installation.read([](store::Reader& reader) { return store::backed_up_at(reader); });
  if (!made) return domain::fail(made.error());
  if (!*made) return std::string("none was made: store backup FILE makes one, also while serve runs");
  return "the last was made at " + domain::to_iso8601_seconds(**made);
}

/// What Exact says of a connection's sign-in.
struct ExactSays {
  Result<std::string> document_mode;
  bool asked = true;     ///< false: Exact could not be asked, which is no fault of the installation
  std::string signer{};  ///< app and user whose tokens Exact counts together; empty if unknown or another connection's
};

/// The app and the user that the connection is signed in with.
ports::Task<std::string> signer_of(flows::ConnectionRuntime& runtime) {
  auto me = co_await runtime.exact().me();
  if (!me || me->value.user_id.empty()) co_return std::string();
  co_return runtime.exact_session().client_id() + "/" + me->value.user_id;
}

/// Whether Exact's edition still allows the document mode that is set, and whose sign-in it is.
/// Error: the sign-in is over, or the division is closed to it.
ports::Task<Result<ExactSays>> ask_exact(flows::ConnectionRuntime& runtime) {
  auto edition = co_await exact::probe_edition(runtime.exact(), ports::CallPriority::person);
  if (!edition) {
    const domain::Error& failure = edition.error().error;
    if (failure.cause == Cause::authentication_failed || failure.cause == Cause::permission_denied) {
      co_return domain::fail(failure);
    }
    co_return ExactSays{"Exact could not be asked: " + failure.message, false};
  }
  const domain::ConnectionSettings& settings = runtime.settings();
  const std::string refusal = flows::mode_refusal(settings.document_mode, edition->value);
  ExactSays says{fmt::format("{}; {}", domain::to_string(settings.document_mode), flows::describe(edition->value))};
  if (!refusal.empty()) says.document_mode = domain::fail(Cause::bad_input, refusal);
  if (settings.exact_sign_in_of.empty()) says.signer = co_await signer_of(runtime);
  co_return says;
}

ports::Task<void> keep_answer(flows::Environment* environment, store::ConnectionRow row, ExactSays* answer) {
  auto said = co_await flows::with_runtime(*environment, std::move(row), ask_exact);
  *answer = said ? *std::move(said) : ExactSays{domain::fail(said.error())};
}

/// Of each, in their order; some at once.
ports::Task<std::vector<ExactSays>> ask_exact_of_all(flows::Environment* environment,
                                                     std::vector<store::ConnectionRow> rows) {
  std::vector<ExactSays> answers(rows.size(), ExactSays{std::string()});
  ports::TaskGroup asking(environment->executor);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    co_await asking.below(connections_asked_at_once);
    asking.spawn(keep_answer(environment, std::move(rows[i]), &answers[i]));
  }
  co_await asking.join();
  co_return answers;
}

/// Those that are signed in to Exact.
Result<std::vector<store::ConnectionRow>> signed_in_connections(store::Reader& reader) {
  std::vector<store::ConnectionRow> rows;
  auto all = reader.connections();
  if (!all) return domain::fail(all.error());
  for (store::ConnectionRow& row : *all) {
    auto tokens = reader.sealed_secret(row.id, flows::kExactTokens);
    if (!tokens) return domain::fail(tokens.error());
    if (*tokens) rows.push_back(std::move(row));
  }
  return rows;
}

/// What only Exact can tell: the document modes that it allows, and which connections are signed in as one user.
void check_with_exact(Examination& examination, Config config) {
  auto live = LiveInstallation::open(std::move(config));
  if (!live) return examination.check("document modes", domain::fail(live.error()));
  auto rows = (*live)->run((*live)->store().read(signed_in_connections));
  if (!rows) return examination.check("document modes", domain::fail(rows.error()));
  const std::vector<ExactSays> answers = (*live)->run(ask_exact_of_all(&(*live)->environment(), *rows));
  std::map<std::string, std::string> signers;  // the first connection of each
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string& name = (*rows)[i].name;
    const ExactSays& says = answers[i];
    examination.check("document mode of " + name, says.document_mode, says.asked ? "ok" : "unknown");
    if (says.signer.empty()) continue;
    const auto [first, is_first] = signers.emplace(says.signer, name);
    if (is_first) continue;
    examination.note("sign-in of " + name,
                     fmt::format("it is signed in with the app and the user of {0}, and Exact gives both together some "
                                 "200 tokens a day, while one needs 150: let it use that sign-in, connection set {1} "
                                 "exact_sign_in_of {0}",
                                 first->second, name));
  }
}

/// Every secret must open, not only the first.
Result<std::string> check_secrets(Installation& installation, const store::Vault& vault) {
  return installation.read([vault](store::Reader& reader) -> Result<std::string> {
    if (auto fits = store::check_vault(reader, vault); !fits) return domain::fail(fits.error());
    auto secrets = reader.sealed_secrets();
    if (!secrets) return domain::fail(secrets.error());
    for (const auto& secret : *secrets) {
      auto opened = vault.unseal(secret.connection, secret.name, secret.sealed);
      if (!opened) {
        return domain::fail(opened.error().cause, fmt::format("secret {} of connection {}: {}", secret.name,
                                                              secret.connection, opened.error().message));
      }
    }
    return fmt::format("{} secrets open", secrets->size());
  });
}

}  // namespace

ExitCode run(const Doctor&, Context& context) {
  Examination examination(context);
  auto loaded = load_config(context.config_file, context.environment);
  examination.check("config", loaded.map([](const LoadedConfig& config) { return config.file.string(); }));
  if (!loaded) return examination.finish();
  note_public_url(examination, loaded->config);
  const store::StorePlace& place = loaded->config.store.place;
  if (!place.is_postgres()) examination.check("disk", check_disk(place.sqlite_file));
  auto vault = store::Vault::open(master_key_source(loaded->config));
  examination.check("key", vault.map([](const store::Vault& opened) { return "master key " + opened.key_id(); }));
  auto installation = open_installation(context);
  if (!installation) {
    examination.check("store", domain::fail(installation.error()));
    return examination.finish();
  }
  examination.check("store", check_store(**installation));
  examination.check("clock", check_clock(**installation));
  examination.check("connections", check_connections(**installation));
  if (auto noted = note_unused_accounts(examination, **installation); !noted)
    examination.check("accounts", domain::fail(noted.error()));
  if (vault) {
    examination.check("vault", check_secrets(**installation, *vault));
    check_with_exact(examination, loaded->config);
  }
  if (auto backup = last_backup(**installation)) {
    examination.note("backup", *backup);
  } else {
    examination.check("backup", backup);
  }
  return examination.finish();
}

}  // namespace connector::app::commands
