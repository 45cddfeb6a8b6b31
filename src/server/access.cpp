#include "server/access.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "domain/letter_case.h"
#include "engine/digest.h"
#include "json/value.h"
#include "ports/client_address.h"
#include "ports/counted.h"
#include "server/second_factor.h"
#include "server/totp.h"
#include "store/secret_comparison.h"

namespace connector::server {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using store::ConsoleSession;
using store::ConsoleUser;

namespace {

constexpr Milliseconds kSessionIdle = std::chrono::hours(12);
constexpr Milliseconds kSessionLife = std::chrono::hours(24 * 14);
/// A session's use is noted this often, so that reading pages does not write all the time.
constexpr Milliseconds kSeenInterval = std::chrono::minutes(5);
constexpr Milliseconds kInvitationLife = std::chrono::hours(72);
constexpr Milliseconds kFirstBlock = std::chrono::seconds(30);
constexpr Milliseconds kLongestBlock = std::chrono::minutes(15);
/// Failures of an address count together unless so long passes without one.
constexpr Milliseconds kAddressMemory = std::chrono::hours(1);
constexpr int kFailuresPerName = 5;
constexpr int kFailuresPerAddress = 20;
constexpr int kWrongCodes = 5;
constexpr std::size_t kRememberedAttempts = 10'000;
constexpr std::size_t kWaitingPasswords = 16;
constexpr std::size_t kLongestPassword = 1'000;
constexpr const char* kCookie = "ml_connector_session";

std::string hash_of(std::string_view secret) { return engine::sha256_hex(secret); }

std::string csrf_of(const std::string& session) { return engine::sha256_hex("csrf:" + session).substr(0, 40); }

bool changes(const std::string& method) { return method != "GET" && method != "HEAD"; }

std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    auto part = header.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
      return std::string(part.substr(name.size() + 1));
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {};
}

domain::Error nobody() { return {Cause::authentication_failed, "sign in first"}; }

Result<void> check_new_password(const std::string& password) {
  if (password.size() < Access::shortest_password)
    return domain::fail(Cause::bad_input, "the password needs at least 10 characters");
  if (password.size() > kLongestPassword)
    return domain::fail(Cause::bad_input, "the password may have at most 1000 characters");
  return {};
}

store::AuditRecord record_of(UtcTime at, std::string actor, std::string action, const std::string& user,
                             const std::string& address = {}) {
  store::AuditRecord record;
  record.at = at;
  record.actor = std::move(actor);
  record.action = std::move(action);
  json::Value detail{json::Object{}};
  detail.set("user", user);
  if (!address.empty()) detail.set("remote_address", address);
  record.detail = json::write(detail);
  return record;
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::operates:
      return "operator";
    case Role::administrator:
      return "administrator";
  }
  return "viewer";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::viewer, Role::operates, Role::administrator}) {
    if (to_string(role) == name) return role;
  }
  return std::nullopt;
}

bool can_administer(const ConsoleUser& user) {
  return user.role == to_string(Role::administrator) && !user.disabled && !user.password_hash.empty();
}

Access::Access(Ports ports, bool secure_cookies)
    : ports_(ports), secure_cookies_(secure_cookies), hasher_(ports.executor) {}

std::string Access::secret() {
  std::array<unsigned char, 32> bytes{};
  ports_.random.fill(bytes.data(), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string Access::cookie(const std::string& session) const {
  return std::string(kCookie) + "=" + session + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kSessionLife).count()) +
         (secure_cookies_ ? "; Secure" : "");
}

std::string Access::no_cookie() const {
  return std::string(kCookie) + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0" + (secure_cookies_ ? "; Secure" : "");
}

Task<Result<Caller>> Access::caller_of(const ports::ServerRequest* request) {
  const std::string authorization(ports::find_header(request->headers, "Authorization").value_or(""));
  const std::string session = cookie_value(ports::find_header(request->headers, "Cookie").value_or(""), kCookie);
  const std::string csrf(ports::find_header(request->headers, "X-CSRF-Token").value_or(""));
  const bool changing = changes(request->method);
  if (!authorization.empty()) {
    static constexpr std::string_view scheme = "bearer ";
    if (domain::lower_case(authorization.substr(0, scheme.size())) != scheme) co_return domain::fail(nobody());
    co_return co_await caller_of_token(authorization.substr(scheme.size()));
  }
  if (session.empty()) co_return domain::fail(nobody());
  auto caller = co_await caller_of_session(session);
  if (!caller) co_return domain::fail(caller.error());
  if (changing && !store::same_secret(csrf, caller->csrf)) {
    co_return domain::fail(Cause::permission_denied, "the request does not show the session's CSRF token; reload");
  }
  co_return std::move(*caller);
}

Task<Result<Caller>> Access::caller_of_token(std::string token) {
  auto query = [hash = hash_of(token)](store::Reader& reader) { return store::console(reader).api_token(hash); };
  auto found = co_await ports_.store.read(std::move(query));
  if (!found) co_return domain::fail(found.error());
  if (!*found) co_return domain::fail(Cause::authentication_failed, "this API token is unknown or was withdrawn");
  const auto role = parse_role((*found)->role);
  if (!role) co_return domain::fail(nobody());
  const auto now = ports_.clock.now();
  if (!(*found)->used_at || now - *(*found)->used_at > kSeenInterval) {
    auto note = [id = (*found)->id, now](store::Transaction& transaction) {
      return store::console(transaction).note_api_token_use(id, now);
    };
    auto noted = co_await ports_.store.write(std::move(note));
    if (!noted) co_return domain::fail(noted.error());
  }
  co_return Caller{"token:" + (*found)->name, *role, 0, "", ""};
}

Task<Result<Caller>> Access::caller_of_session(std::string session) {
  struct Found {
    std::optional<ConsoleSession> session;
    std::optional<ConsoleUser> user;
  };
  const std::string hash = hash_of(session);
  auto query = [hash](store::Reader& reader) -> Result<Found> {
    Found found;
    auto row = store::console(reader).console_session(hash);
    if (!row) return domain::fail(row.error());
    found.session = std::move(*row);
    if (!found.session) return found;
    auto user = store::console(reader).console_user(found.session->user);
    if (!user) return domain::fail(user.error());
    found.user = std::move(*user);
    return found;
  };
  auto found = co_await ports_.store.read(std::move(query));
  if (!found) co_return domain::fail(found.error());
  const auto now = ports_.clock.now();
  if (!found->session || !found->user || found->user->disabled || found->session->expires_at <= now)
    co_return domain::fail(nobody());
  const auto role = parse_role(found->user->role);
  if (!role) co_return domain::fail(nobody());
  if (now - found->session->seen_at > kSeenInterval) {
    ConsoleSession next = *found->session;
    next.seen_at = now;
    next.expires_at = std::min(now + kSessionIdle, next.created_at + kSessionLife);
    auto renew = [next](store::Transaction& transaction) {
      return store::console(transaction).put_console_session(next);
    };
    auto renewed = co_await ports_.store.write(std::move(renew));
    if (!renewed) co_return domain::fail(renewed.error());
  }
  co_return Caller{found->user->name, *role, found->user->id, hash, csrf_of(session)};
}

Result<void> Access::admit(const std::string& key, int allowed) {
  const auto found = attempts_.find(key);
  if (found == attempts_.end() || found->second.failures < allowed) return {};
  const auto left = found->second.blocked_until - ports_.clock.now();
  if (left <= Milliseconds::zero()) return {};
  return domain::fail(Cause::rate_limited, "too many wrong attempts; try again in " +
                                               std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) +
                                               " seconds");
}

void Access::forget_old_failures(const std::string& key) {
  const auto found = attempts_.find(key);
  if (found != attempts_.end() && found->second.last + kAddressMemory < ports_.clock.now()) attempts_.erase(found);
}

void Access::take_back_failure(const std::string& key, int allowed) {
  const auto found = attempts_.find(key);
  if (found == attempts_.end()) return;
  if (--found->second.failures < allowed) found->second.blocked_until = {};
  if (found->second.failures <= 0) attempts_.erase(found);
}

void Access::note_failure(const std::string& key, int allowed) {
  const auto now = ports_.clock.now();
  if (attempts_.size() >= kRememberedAttempts) {
    std::erase_if(attempts_, [now](const auto& entry) { return entry.second.last + kLongestBlock < now; });
    if (attempts_.size() >= kRememberedAttempts) attempts_.clear();
  }
  Attempts& attempts = attempts_[key];
  attempts.last = now;
  ++attempts.failures;
  if (attempts.failures < allowed) return;
  const int times = std::min(attempts.failures - allowed, 6);
  attempts.blocked_until = now + std::min(kFirstBlock * (1 << times), kLongestBlock);
}

Task<Result<Access::SignedIn>> Access::begin_session(ConsoleUser user, std::string action, std::string address) {
  const auto role = parse_role(user.role);
  if (!role) co_return domain::fail(Cause::store_failure, "the user has a role that this program does not know");
  const auto now = ports_.clock.now();
  const std::string token = secret();
  ConsoleSession session{hash_of(token), user.id, now, now, now + kSessionIdle};
  user.signed_in_at = now;
  auto work = [session, user, record = record_of(now, user.name, std::move(action), user.name, address)](
                  store::Transaction& transaction) -> Result<void> {
    if (auto done = store::console(transaction).remove_expired_console_sessions(session.created_at); !done) return done;
    if (auto done = store::console(transaction).update_console_user(user); !done) return done;
    if (auto done = store::console(transaction).put_console_session(session); !done) return done;
    return transaction.append_audit(record);
  };
  auto done = co_await ports_.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return SignedIn{Caller{user.name, *role, user.id, session.token_hash, csrf_of(token)}, cookie(token)};
}

Task<Result<ConsoleUser>> Access::check_password(std::string name, std::string password, std::string address) {
  const domain::Error wrong{Cause::authentication_failed, "name or password is wrong"};
  if (name.size() > longest_name) co_return domain::fail(wrong);
  const std::string by_name = "name:" + domain::lower_case(name);
  const std::string by_address = "address:" + ports::counted_address(address);
  // Behind a web server that is not told of, everybody has the loopback's address: it must not lock them all out.
  const bool counts_by_address = !ports::is_loopback_address(address);
  if (auto admitted = admit(by_name, kFailuresPerName); !admitted) co_return domain::fail(admitted.error());
  if (counts_by_address) {
    forget_old_failures(by_address);
    if (auto admitted = admit(by_address, kFailuresPerAddress); !admitted) co_return domain::fail(admitted.error());
  }
  if (std::max(checking_, hasher_.waiting()) >= kWaitingPasswords)
    co_return domain::fail(Cause::rate_limited, "too many people sign in at once; try again in a moment");
  const ports::Counted checked(checking_);
  // Counted before it is looked at: of many that come at once no more are looked at than of some one by one.
  note_failure(by_name, kFailuresPerName);
  if (counts_by_address) note_failure(by_address, kFailuresPerAddress);
  auto query = [name](store::Reader& reader) { return store::console(reader).console_user(name); };
  auto user = co_await ports_.store.read(std::move(query));
  if (!user) {
    take_back_failure(by_name, kFailuresPerName);
    if (counts_by_address) take_back_failure(by_address, kFailuresPerAddress);
    co_return domain::fail(user.error());
  }
  const bool usable = *user && !(*user)->disabled;
  if (password.size() > kLongestPassword) password.clear();
  std::string stored_hash;
  if (usable) stored_hash = (*user)->password_hash;
  const bool right = co_await hasher_.verify(std::move(stored_hash), std::move(password));
  if (!right) {
    auto record = record_of(ports_.clock.now(), "console", "user.sign_in_refused", name, address);
    auto work = [record](store::Transaction& transaction) { return transaction.append_audit(record); };
    auto audited = co_await ports_.store.write(std::move(work));
    if (!audited) co_return domain::fail(audited.error());
    co_return domain::fail(wrong);
  }
  attempts_.erase(by_name);
  // One right password of an address says nothing of the wrong ones for other names.
  if (counts_by_address) take_back_failure(by_address, kFailuresPerAddress);
  co_return std::move(**user);
}

Task<Result<bool>> Access::check_code(std::int64_t user, std::string name, std::string code) {
  // A key of its own: the right password, which comes with every code, must not clear the count of wrong codes.
  const std::string key = "code:" + std::to_string(user);
  if (auto admitted = admit(key, kWrongCodes); !admitted) co_return domain::fail(admitted.error());
  // Counted before it is looked at: of many codes that come at once no more are looked at than of some one by one.
  note_failure(key, kWrongCodes);
  auto work = [user, name, code, vault = ports_.secrets.vault(),
               now = ports_.clock.now()](store::Transaction& transaction) -> Result<bool> {
    auto taken = take_code(transaction, vault, user, code, now);
    if (!taken || *taken) return taken;
    auto noted = transaction.append_audit(record_of(now, "console", "user.code_refused", name));
    if (!noted) return domain::fail(noted.error());
    return false;
  };
  auto right = co_await ports_.store.write(std::move(work));
  if (!right) take_back_failure(key, kWrongCodes);
  if (right && *right) attempts_.erase(key);
  co_return right;
}

Task<Result<Access::SignedIn>> Access::sign_in(std::string name, std::string password, std::string address,
                                               std::string code) {
  auto user = co_await check_password(std::move(name), std::move(password), address);
  if (!user) co_return domain::fail(user.error());
  auto query = [id = user->id](store::Reader& reader) { return has_second_factor(reader, id); };
  auto needs_code = co_await ports_.store.read(std::move(query));
  if (!needs_code) co_return domain::fail(needs_code.error());
  if (*needs_code) {
    SignedIn unfinished;
    unfinished.needs_code = true;
    if (code.empty()) co_return unfinished;
    auto right = co_await check_code(user->id, user->name, std::move(code));
    if (!right) co_return domain::fail(right.error());
    if (!*right) co_return domain::fail(Cause::authentication_failed, "the code is wrong, too old or was used already");
  }
  co_return co_await begin_session(std::move(*user), "user.signed_in", std::move(address));
}

Task<Result<std::string>> Access::begin_second_factor(Caller caller) {
  std::string bytes(20, '\0');
  ports_.random.fill(bytes.data(), bytes.size());
  const std::string text = base32(bytes);
  auto work = [user = caller.user, text,
               vault = ports_.secrets.vault()](store::Transaction& transaction) -> Result<void> {
    auto present = has_second_factor(transaction, user);
    if (!present) return domain::fail(present.error());
    // Who found an open session must not be able to put another device in its owner's place.
    if (*present) return domain::fail(Cause::bad_input, "end the present authenticator app first");
    return put_second_factor(transaction, vault, user, FactorStage::begun, {text, 0});
  };
  auto done = co_await ports_.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return text;
}

Task<Result<void>> Access::confirm_second_factor(Caller caller, std::string code) {
  auto work = [caller, code, vault = ports_.secrets.vault(),
               now = ports_.clock.now()](store::Transaction& transaction) -> Result<void> {
    auto factor = second_factor(transaction, vault, caller.user, FactorStage::begun);
    if (!factor) return domain::fail(factor.error());
    if (!*factor) return domain::fail(Cause::bad_input, "begin with a new secret first");
    const auto step = totp_match(base32_bytes((*factor)->secret), code, now, 0);
    if (!step) return domain::fail(Cause::bad_input, "the code does not fit; look at the clock of the device");
    if (auto done = remove_second_factor(transaction, caller.user); !done) return done;
    (*factor)->last_step = *step;
    auto put = put_second_factor(transaction, vault, caller.user, FactorStage::in_force, **factor);
    if (!put) return put;
    return transaction.append_audit(record_of(now, caller.name, "user.second_factor_added", caller.name));
  };
  co_return co_await ports_.store.write(std::move(work));
}

Task<Result<void>> Access::end_second_factor(Caller caller, std::string code) {
  auto right = co_await check_code(caller.user, caller.name, std::move(code));
  if (!right) co_return domain::fail(right.error());
  if (!*right) co_return domain::fail(Cause::bad_input, "the code is wrong, too old or was used already");
  auto work = [caller, now = ports_.clock.now()](store::Transaction& transaction) -> Result<void> {
    if (auto done = remove_second_factor(transaction, caller.user); !done) return done;
    return transaction.append_audit(record_of(now, caller.name, "user.second_factor_removed", caller.name));
  };
  co_return co_await ports_.store.write(std::move(work));
}

Task<Result<void>> Access::sign_out(Caller caller) {
  auto work = [hash = caller.session_hash](store::Transaction& transaction) {
    return store::console(transaction).remove_console_session(hash);
  };
  co_return co_await ports_.store.write(std::move(work));
}

Task<Result<void>> Access::change_password(Caller caller, std::string present, std::string next, std::string address) {
  if (auto fits = check_new_password(next); !fits) co_return fits;
  auto checked = co_await check_password(caller.name, std::move(present), std::move(address));
  if (!checked) co_return domain::fail(checked.error());
  const std::string hash = co_await hasher_.hash(std::move(next));
  if (hash.empty()) co_return domain::fail(Cause::store_failure, "no memory to store a password; try again");
  auto work = [hash, caller, now = ports_.clock.now()](store::Transaction& transaction) -> Result<void> {
    auto user = store::console(transaction).console_user(caller.user);
    if (!user) return domain::fail(user.error());
    if (!*user) return domain::fail(nobody());
    (*user)->password_hash = hash;
    (*user)->invitation_hash.clear();
    (*user)->invitation_until.reset();
    if (auto done = store::console(transaction).update_console_user(**user); !done) return done;
    if (auto done = store::console(transaction).remove_console_sessions(caller.user, caller.session_hash); !done)
      return done;
    return transaction.append_audit(record_of(now, caller.name, "user.password_changed", caller.name));
  };
  co_return co_await ports_.store.write(std::move(work));
}

Task<Result<std::string>> Access::invite(std::int64_t id, std::string actor) {
  const std::string token = secret();
  auto work = [id, actor, hash = hash_of(token),
               now = ports_.clock.now()](store::Transaction& transaction) -> Result<void> {
    auto user = store::console(transaction).console_user(id);
    if (!user) return domain::fail(user.error());
    if (!*user) return domain::fail(Cause::not_found, "there is no such user");
    (*user)->invitation_hash = hash;
    (*user)->invitation_until = now + kInvitationLife;
    if (auto done = store::console(transaction).update_console_user(**user); !done) return done;
    return transaction.append_audit(record_of(now, actor, "user.invited", (*user)->name));
  };
  auto done = co_await ports_.store.write(std::move(work));
  if (!done) co_return domain::fail(done.error());
  co_return token;
}

Task<Result<ConsoleUser>> Access::invited(std::string token) {
  auto query = [](store::Reader& reader) { return store::console(reader).console_users(); };
  auto users = co_await ports_.store.read(std::move(query));
  if (!users) co_return domain::fail(users.error());
  const std::string hash = hash_of(token);
  const auto now = ports_.clock.now();
  for (ConsoleUser& user : *users) {
    if (user.invitation_hash.empty() || !store::same_secret(user.invitation_hash, hash)) continue;
    if (!user.disabled && user.invitation_until && now < *user.invitation_until) co_return std::move(user);
  }
  co_return domain::fail(Cause::not_found, "this link was used already, is too old or was never valid");
}

Task<Result<Access::SignedIn>> Access::accept_invitation(std::string token, std::string password) {
  if (auto fits = check_new_password(password); !fits) co_return domain::fail(fits.error());
  auto user = co_await invited(token);
  if (!user) co_return domain::fail(user.error());
  const std::string hash = co_await hasher_.hash(std::move(password));
  if (hash.empty()) co_return domain::fail(Cause::store_failure, "no memory to store a password; try again");
  ConsoleUser next = *user;
  auto work = [next, hash](store::Transaction& transaction) -> Result<ConsoleUser> {
    // Hashing took a while: the link may have been used meanwhile.
    auto current = store::console(transaction).console_user(next.id);
    if (!current) return domain::fail(current.error());
    if (!*current || (*current)->invitation_hash != next.invitation_hash)
      return domain::fail(Cause::not_found, "this link was used already");
    ConsoleUser changed = **current;
    changed.password_hash = hash;
    changed.invitation_hash.clear();
    changed.invitation_until.reset();
    if (auto done = store::console(transaction).update_console_user(changed); !done) return domain::fail(done.error());
    if (auto done = store::console(transaction).remove_console_sessions(changed.id, ""); !done)
      return domain::fail(done.error());
    return changed;
  };
  auto changed = co_await ports_.store.write(std::move(work));
  if (!changed) co_return domain::fail(changed.error());
  auto query = [id = changed->id](store::Reader& reader) { return has_second_factor(reader, id); };
  auto needs_code = co_await ports_.store.read(std::move(query));
  if (!needs_code) co_return domain::fail(needs_code.error());
  if (*needs_code) {
    SignedIn unfinished;
    unfinished.needs_code = true;
    co_return unfinished;
  }
  co_return co_await begin_session(std::move(*changed), "user.password_set");
}

Task<Result<std::string>> Access::first_invitation() {
  auto work = [now = ports_.clock.now()](store::Transaction& transaction) -> Result<std::int64_t> {
    auto users = store::console(transaction).console_users();
    if (!users) return domain::fail(users.error());
    if (std::any_of(users->begin(), users->end(), can_administer)) return 0;
    for (const ConsoleUser& user : *users) {
      if (user.role == to_string(Role::administrator) && !user.disabled) return user.id;
    }
    ConsoleUser first;
    first.name = "admin";
    first.role = to_string(Role::administrator);
    first.created_at = now;
    return store::console(transaction).add_console_user(first);
  };
  auto user = co_await ports_.store.write(std::move(work));
  if (!user) co_return domain::fail(user.error());
  if (*user == 0) co_return std::string();
  co_return co_await invite(*user, "system");
}

Task<Result<Access::NewToken>> Access::add_token(std::string name, Role role, std::string actor) {
  const std::string token = "mlc_" + secret();
  store::ApiToken row;
  row.name = name;
  row.token_hash = hash_of(token);
  row.role = to_string(role);
  row.created_by = actor;
  row.created_at = ports_.clock.now();
  auto work = [row](store::Transaction& transaction) -> Result<std::int64_t> {
    auto id = store::console(transaction).add_api_token(row);
    if (!id) return id;
    store::AuditRecord record;
    record.at = row.created_at;
    record.actor = row.created_by;
    record.action = "token.added";
    json::Value detail{json::Object{}};
    detail.set("name", row.name);
    detail.set("role", row.role);
    record.detail = json::write(detail);
    if (auto done = transaction.append_audit(std::move(record)); !done) return domain::fail(done.error());
    return id;
  };
  auto id = co_await ports_.store.write(std::move(work));
  if (!id) co_return domain::fail(id.error());
  co_return NewToken{*id, token};
}

}  // namespace connector::server
