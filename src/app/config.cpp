#include "app/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "app/config_address.h"
#include "app/suggestion.h"
#include "app/toml_library.h"
#include "domain/duration.h"
#include "store/postgres/postgres_url.h"

namespace connector::app {
namespace {

using domain::Cause;
using domain::fail;
using domain::Result;

constexpr std::string_view environment_prefix = "ML_CONNECTOR__";

/// A value as given: from the file with its TOML type, or from the environment as text of any type.
struct Given {
  /// monostate: a type that no key takes
  std::variant<std::monostate, std::string, bool, double, std::vector<std::string>> value;
  bool from_environment = false;
};

Result<std::string> text_of(const Given& given) {
  if (const auto* text = std::get_if<std::string>(&given.value)) return *text;
  return fail(Cause::bad_input, "must be text in quotes");
}

Result<bool> boolean_of(const Given& given) {
  if (const auto* value = std::get_if<bool>(&given.value)) return *value;
  if (const auto* text = std::get_if<std::string>(&given.value); text != nullptr && given.from_environment) {
    if (*text == "true") return true;
    if (*text == "false") return false;
  }
  return fail(Cause::bad_input, "must be true or false");
}

Result<double> number_of(const Given& given) {
  if (const auto* value = std::get_if<double>(&given.value)) return *value;
  if (const auto* text = std::get_if<std::string>(&given.value); text != nullptr && given.from_environment) {
    double value = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error == std::errc{} && end == text->data() + text->size()) return value;
  }
  return fail(Cause::bad_input, "must be a number");
}

/// A list of texts; in the environment they are parted by commas.
Result<std::vector<std::string>> texts_of(const Given& given) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&given.value)) return *texts;
  const auto* text = std::get_if<std::string>(&given.value);
  if (text == nullptr || !given.from_environment) return fail(Cause::bad_input, "must be a list of texts: [\"...\"]");
  std::vector<std::string> texts;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view part = rest.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    texts.emplace_back(part);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return texts;
}

using Setter = std::function<Result<void>(Config&, const Given&)>;

/// A setter for a text that `read` turns into a value and `store` puts into the config.
template <class Read, class Store>
Setter from_text(Read read, Store store) {
  return [read, store](Config& config, const Given& given) -> Result<void> {
    return text_of(given).and_then(read).map([&](auto value) { store(config, std::move(value)); });
  };
}

template <class Member>
Setter boolean(Member member) {
  return [member](Config& config, const Given& given) -> Result<void> {
    return boolean_of(given).map([&](bool value) { member(config) = value; });
  };
}

template <class Member>
Setter duration(Member member) {
  return from_text([](const std::string& text) { return domain::parse_duration(text); },
                   [member](Config& config, domain::Milliseconds value) { member(config) = value; });
}

template <class Member>
Setter web_address(Member member) {
  return from_text([](const std::string& text) { return parse_web_address(text); },
                   [member](Config& config, WebAddress value) { member(config) = std::move(value.text); });
}

Setter schedule(std::string_view flow) {
  return from_text([](const std::string& text) { return domain::parse_schedule(text); },
                   [name = std::string(flow)](Config& config, domain::Schedule value) {
                     config.schedule.flows[name] = std::move(value);
                   });
}

Result<std::string> parse_store_url(const std::string& text) {
  if (store::is_postgres_url(text)) {
    if (auto readable = store::check_postgres_url(text); !readable) return fail(readable.error());
    return text;
  }
  std::string_view file = text;
  if (!file.starts_with("sqlite:")) {
    return fail(Cause::bad_input, "must be \"sqlite:FILE\" or \"postgresql://HOST/DATABASE\"");
  }
  file.remove_prefix(7);
  if (file.starts_with("//") && !file.starts_with("///")) {
    return fail(Cause::bad_input,
                fmt::format("names no file by //; write \"sqlite:{0}\" for a file beside the config, or "
                            "\"sqlite:///{0}\" for one at the root of the disk",
                            file.substr(2)));
  }
  if (file.empty() || file.starts_with(':') || file.find('\0') != std::string_view::npos) {
    return fail(Cause::bad_input, "must be \"sqlite:FILE\" with the name of a file");
  }
  return text;
}

std::string_view file_of_store_url(std::string_view url) {
  url.remove_prefix(7);
  if (url.starts_with("///")) url.remove_prefix(2);
  return url;
}

Result<std::string> parse_file_name(const std::string& text) {
  if (text.empty() || text.find('\0') != std::string::npos) return fail(Cause::bad_input, "must be the name of a file");
  return text;
}

Result<std::string> parse_variable_name(const std::string& text) {
  bool fits =
      !text.empty() &&
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (!fits) return fail(Cause::bad_input, "must be the name of an environment variable");
  return text;
}

/// The address of a web page below a base address, with the parts of a document in braces.
Result<std::string> parse_page(const std::string& text) {
  if (!text.starts_with('/') || text.starts_with("//")) return fail(Cause::bad_input, "must begin with one slash");
  const auto unfit = [](unsigned char c) { return c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>'; };
  if (std::any_of(text.begin(), text.end(), unfit)) return fail(Cause::bad_input, "must be an address without blanks");
  std::string_view rest = text;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    rest.remove_prefix(open);
    const std::string_view name = rest.substr(0, std::min(rest.find('}'), rest.size() - 1) + 1);
    if (name != "{division}" && name != "{id}" && name != "{number}")
      return fail(Cause::bad_input, "knows {division}, {id} and {number} alone");
    rest.remove_prefix(name.size());
  }
  return text;
}

template <class Member>
Setter page(Member member) {
  return from_text(parse_page, [member](Config& config, std::string value) { member(config) = std::move(value); });
}

Result<void> set_factor(Config& config, const Given& given) {
  return number_of(given).and_then([&config](double value) -> Result<void> {
    if (!std::isfinite(value) || value < 1.0 || value > 100.0) return fail(Cause::bad_input, "must be from 1 to 100");
    config.retry.factor = value;
    return {};
  });
}

Result<void> set_trusted_proxies(Config& config, const Given& given) {
  return texts_of(given).and_then([&config](const std::vector<std::string>& texts) -> Result<void> {
    config.server.trusted_proxies.clear();
    for (const std::string& text : texts) {
      auto range = ports::AddressRange::parse(text);
      if (!range) return fail(range.error().cause, range.error().message);
      config.server.trusted_proxies.push_back(*range);
    }
    return {};
  });
}

struct Key {
  std::string_view section;
  std::string_view name;
  Setter set;
};

/// Puts a key for each flow's schedule beside that of the section they share.
std::vector<Key> with_flow_schedules(std::vector<Key> keys) {
  const auto section = std::find_if(keys.begin(), keys.end(), [](const Key& key) { return key.section == "schedule"; });
  std::vector<Key> schedules;
  schedules.reserve(domain::flow_names.size());
  for (const std::string_view flow : domain::flow_names) schedules.push_back({"schedule", flow, schedule(flow)});
  keys.insert(section, schedules.begin(), schedules.end());
  return keys;
}

const std::vector<Key>& keys() {
  static const std::vector<Key> all = with_flow_schedules({
      {"store", "url", from_text(parse_store_url, [](Config& c, std::string url) { c.store.url = std::move(url); })},
      {"vault", "master_key_file",
       from_text(parse_file_name, [](Config& c, std::string file) { c.vault.master_key_file = std::move(file); })},
      {"vault", "master_key_env",
       from_text(parse_variable_name, [](Config& c, std::string name) { c.vault.master_key_env = std::move(name); })},
      {"server", "listen",
       [](Config& config, const Given& given) {
         return text_of(given).and_then([&config](const std::string& text) {
           return parse_listen_address(text).map([&](ListenAddress address) {
             config.server.listen = text;
             config.server.listen_host = std::move(address.host);
             config.server.listen_port = address.port;
           });
         });
       }},
      {"server", "public_url", web_address([](Config & c) -> auto& { return c.server.public_url; })},
      {"server", "trusted_proxies", set_trusted_proxies},
      {"walmart", "base_url", web_address([](Config & c) -> auto& { return c.walmart.base_url; })},
      {"exact", "base_url", web_address([](Config & c) -> auto& { return c.exact.base_url; })},
      {"exact", "order_page", page([](Config & c) -> auto& { return c.exact.order_page; })},
      {"exact", "delivery_page", page([](Config & c) -> auto& { return c.exact.delivery_page; })},
      {"exact", "invoice_page", page([](Config & c) -> auto& { return c.exact.invoice_page; })},
      {"http", "allow_plain_loopback", boolean([](Config & c) -> auto& { return c.http.allow_plain_loopback; })},
      {"http", "connect_timeout", duration([](Config & c) -> auto& { return c.http.connect_timeout; })},
      {"http", "request_timeout", duration([](Config & c) -> auto& { return c.http.request_timeout; })},
      {"retry", "initial", duration([](Config & c) -> auto& { return c.retry.initial; })},
      {"retry", "factor", set_factor},
      {"retry", "max", duration([](Config & c) -> auto& { return c.retry.max; })},
      {"retry", "give_up_after", duration([](Config & c) -> auto& { return c.retry.give_up_after; })},
      {"schedule", "overlap", duration([](Config & c) -> auto& { return c.schedule.overlap; })},
      {"webhooks", "subscribe", boolean([](Config & c) -> auto& { return c.webhooks.subscribe; })},
      {"webhooks", "sweep", duration([](Config & c) -> auto& { return c.webhooks.sweep; })},
      {"webhooks", "silent_after", duration([](Config & c) -> auto& { return c.webhooks.silent_after; })},
      {"webhooks", "retry_window", duration([](Config & c) -> auto& { return c.webhooks.retry_window; })},
  });
  return all;
}

std::string full_name(const Key& key) { return fmt::format("{}.{}", key.section, key.name); }

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const Key& key : keys()) {
    if (names.empty() || names.back() != key.section) names.push_back(key.section);
  }
  return names;
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

/// Control characters of hostile input never reach a terminal.
std::string printable(std::string_view text) {
  std::string result;
  for (char c : text.substr(0, 200)) {
    bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    result += control ? std::string("?") : std::string(1, c);
  }
  return result;
}

/// Gathers values and problems from both sources.
class Parser {
 public:
  explicit Parser(std::string_view file_name) : file_name_(file_name) {}

  void read_text(std::string_view text) {
    toml::parse_result parsed = toml::parse(text);
    if (parsed.failed()) {
      const toml::parse_error& error = parsed.error();
      report(place(error.source()), printable(error.description()));
      return;
    }
    for (const auto& [name, node] : parsed.table()) read_section(name, node);
  }

  void read_environment(const Environment& environment) {
    for (const char* name : {"master_key_file", "master_key_env"}) {
      // One key of the environment's takes the place of the file's, whichever way either is given.
      if (environment.count(fmt::format("{}VAULT__{}", environment_prefix, upper(name))) > 0) forget_master_key();
    }
    for (const auto& [name, value] : environment) {
      if (!name.starts_with(environment_prefix)) continue;
      Place where{fmt::format("environment {}", printable(name)), {}};
      auto known = std::find_if(keys().begin(), keys().end(),
                                [&name = name](const Key& key) { return variable_name(key) == name; });
      if (known == keys().end()) {
        std::vector<std::string> names;
        for (const Key& key : keys()) names.push_back(variable_name(key));
        report(where, fmt::format("is no setting{}", suggestion(name, {names.begin(), names.end()})));
        continue;
      }
      assign(*known, Given{value, true}, where);
    }
  }

  void check_together() {
    check_encryption("walmart.base_url", config_.walmart.base_url);
    check_encryption("exact.base_url", config_.exact.base_url);
    if (config_.server.public_url.empty()) {
      config_.server.public_url = http_address({config_.server.listen_host, config_.server.listen_port});
      config_.server.public_url_given = false;
    } else if (auto address = parse_web_address(config_.server.public_url);
               address && !address->encrypted && !address->loopback) {
      report(where_of("server.public_url"), "server.public_url must be https:// unless it is a loopback address");
    }
    if (config_.webhooks.subscribe) {
      if (auto problem = no_way_to_public_url(config_, config_.walmart.base_url)) {
        report(where_of("webhooks.subscribe"), "webhooks.subscribe: " + *problem);
      }
    }
    if (config_.retry.max < config_.retry.initial) {
      report(where_of("retry.max"), "retry.max is shorter than retry.initial");
    }
    if (places_.contains("vault.master_key_file") && places_.contains("vault.master_key_env")) {
      report(where_of("vault.master_key_env"), "give either vault.master_key_file or vault.master_key_env, not both");
    }
  }

  void forget_master_key() {
    config_.vault = Config{}.vault;
    places_.erase("vault.master_key_file");
    places_.erase("vault.master_key_env");
  }

  Result<Config> finish() {
    if (!problems_.empty()) {
      // Tables forget the order of the file; a person reads from top to bottom.
      std::stable_sort(problems_.begin(), problems_.end(),
                       [](const auto& left, const auto& right) { return left.first < right.first; });
      std::string message;
      for (const auto& [position, problem] : problems_) message += (message.empty() ? "" : "\n") + problem;
      return fail(Cause::bad_input, std::move(message));
    }
    std::filesystem::path folder = std::filesystem::path(file_name_).parent_path();
    if (store::is_postgres_url(config_.store.url)) {
      config_.store.place = {"", config_.store.url};
    } else {
      config_.store.place = {folder / file_of_store_url(config_.store.url), ""};
    }
    config_.vault.master_key_file = folder / config_.vault.master_key_file;
    return std::move(config_);
  }

 private:
  static std::string variable_name(const Key& key) {
    return fmt::format("{}{}__{}", environment_prefix, upper(key.section), upper(key.name));
  }

  struct Place {
    std::string text;
    toml::source_position position;  ///< 0:0 outside of the file
  };

  Place place(const toml::source_region& region) const {
    return {fmt::format("{}:{}:{}", file_name_, region.begin.line, region.begin.column), region.begin};
  }
  Place where_of(const std::string& name) const {
    auto found = places_.find(name);
    return found == places_.end() ? Place{file_name_, {}} : found->second;
  }
  void report(const Place& where, std::string_view problem) {
    problems_.emplace_back(where.position, fmt::format("{}: {}", where.text, problem));
  }

  void read_section(const toml::key& name, const toml::node& node) {
    std::vector<std::string_view> sections = section_names();
    if (std::find(sections.begin(), sections.end(), name.str()) == sections.end()) {
      report(place(name.source()),
             fmt::format("unknown section [{}]{}", printable(name.str()), suggestion_for(name.str(), sections)));
      return;
    }
    const toml::table* section = node.as_table();
    if (section == nullptr) {
      report(place(name.source()), fmt::format("{0} must be a section: [{0}]", name.str()));
      return;
    }
    for (const auto& [key, value] : *section) read_key(name.str(), key, value);
  }

  void read_key(std::string_view section, const toml::key& name, const toml::node& node) {
    std::vector<std::string_view> siblings;
    for (const Key& key : keys()) {
      if (key.section != section) continue;
      siblings.push_back(key.name);
      if (key.name == name.str()) {
        assign(key, given_of(node), place(node.source()));
        return;
      }
    }
    report(place(name.source()),
           fmt::format("unknown key {}.{}{}", section, printable(name.str()), suggestion_for(name.str(), siblings)));
  }

  /// The nearest of `candidates`, or the section in which a key of just that name stands.
  static std::string suggestion_for(std::string_view word, const std::vector<std::string_view>& candidates) {
    std::string near = suggestion(word, candidates);
    if (!near.empty()) return near;
    for (const Key& key : keys()) {
      if (key.name == word) return fmt::format(" (did you mean \"{}\"?)", full_name(key));
    }
    return {};
  }

  static Given given_of(const toml::node& node) {
    Given given;
    if (const auto* text = node.as_string()) given.value = text->get();
    if (const auto* boolean = node.as_boolean()) given.value = boolean->get();
    if (const auto* integer = node.as_integer()) given.value = static_cast<double>(integer->get());
    if (const auto* floating = node.as_floating_point()) given.value = floating->get();
    if (const auto* list = node.as_array()) given.value = texts_in(*list);
    return given;
  }

  static decltype(Given::value) texts_in(const toml::array& list) {
    std::vector<std::string> texts;
    for (const auto& each : list) {
      const auto* text = each.as_string();
      if (text == nullptr) return {};
      texts.push_back(text->get());
    }
    return texts;
  }

  void assign(const Key& key, const Given& given, const Place& where) {
    std::string name = full_name(key);
    places_[name] = where;
    Result<void> done = key.set(config_, given);
    if (!done) report(where, fmt::format("{}: {}", name, printable(done.error().message)));
  }

  void check_encryption(const std::string& name, std::string_view url) {
    auto address = parse_web_address(url);
    if (!address || address->encrypted) return;
    if (!address->loopback) {
      report(where_of(name), fmt::format("{} must be https://; plain http is for loopback addresses only", name));
    } else if (!config_.http.allow_plain_loopback) {
      report(where_of(name),
             fmt::format("{} is plain http; set http.allow_plain_loopback = true to permit it to loopback", name));
    }
  }

  std::string file_name_;
  Config config_;
  std::map<std::string, Place> places_;  ///< where each given key was set, by full name
  std::vector<std::pair<toml::source_position, std::string>> problems_;
};

}  // namespace

domain::FlowSchedules Config::default_schedules() {
  return {{"orders", *domain::parse_schedule("2m")},
          {"returns", *domain::parse_schedule("10m")},
          {"inventory", *domain::parse_schedule("15m")},
          {"prices", *domain::parse_schedule("1h")},
          {"settlements", *domain::parse_schedule("6h")}};
}

Result<Config> parse_config(std::string_view text, std::string_view file_name, const Environment& environment) {
  Parser parser(file_name);
  parser.read_text(text);
  parser.read_environment(environment);
  parser.check_together();
  return parser.finish();
}

std::optional<std::string> no_way_to_public_url(const Config& config, std::string_view base_url) {
  const auto here = parse_web_address(config.server.public_url);
  const auto remote = parse_web_address(base_url);
  if (!here || !here->loopback || !remote || remote->loopback) return std::nullopt;
  return fmt::format(
      "{} would have to call {}, which leads to this machine alone; set server.public_url to the https "
      "address by which the internet reaches `serve`",
      remote->text, here->text);
}

}  // namespace connector::app
