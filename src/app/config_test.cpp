#include "app/config.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/duration.h"

namespace connector::app {
namespace config_test {

using domain::Milliseconds;
using domain::parse_duration;

/// The message of the refusal, or "accepted".
std::string refusal(std::string_view text, const Environment& environment = {}) {
  auto config = parse_config(text, "etc/c.toml", environment);
  return config ? "accepted" : config.error().message;
}

TEST(Config, EmptyTextGivesTheDefaults) {
  auto config = parse_config("", "/etc/x/c.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->store.place.sqlite_file, "/etc/x/ml-connector.db");
  EXPECT_EQ(config->vault.master_key_file, "/etc/x/master.key");
  EXPECT_EQ(config->server.listen_host, "127.0.0.1");
  EXPECT_EQ(config->server.listen_port, 8480);
  EXPECT_EQ(config->server.public_url, "http://127.0.0.1:8480");
  EXPECT_EQ(config->walmart.base_url, "https://marketplace.walmartapis.com");
  EXPECT_EQ(config->exact.base_url, "https://start.exactonline.nl");
  EXPECT_FALSE(config->http.allow_plain_loopback);
  EXPECT_EQ(config->retry.give_up_after, Milliseconds(72 * 3600 * 1000));
  EXPECT_EQ(config->schedule.flows.at("orders").interval, Milliseconds(120'000));
}

TEST(Config, TheTemplateSaysTheDefaults) {
  auto config = parse_config(config_template(), "c.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  auto defaults = parse_config("", "c.toml", {});
  EXPECT_EQ(config->store.place.sqlite_file, defaults->store.place.sqlite_file);
  EXPECT_EQ(config->vault.master_key_file, defaults->vault.master_key_file);
  EXPECT_EQ(config->server.listen, defaults->server.listen);
  EXPECT_EQ(config->walmart.base_url, defaults->walmart.base_url);
  EXPECT_EQ(config->exact.base_url, defaults->exact.base_url);
  EXPECT_EQ(config->http.connect_timeout, defaults->http.connect_timeout);
  EXPECT_EQ(config->http.request_timeout, defaults->http.request_timeout);
  EXPECT_EQ(config->retry.initial, defaults->retry.initial);
  EXPECT_EQ(config->retry.factor, defaults->retry.factor);
  EXPECT_EQ(config->retry.max, defaults->retry.max);
  EXPECT_EQ(config->retry.give_up_after, defaults->retry.give_up_after);
  for (const std::string_view flow : domain::flow_names) {
    const auto said = config->schedule.flows.find(flow);
    const auto standard = defaults->schedule.flows.find(flow);
    ASSERT_NE(said, config->schedule.flows.end()) << flow;
    ASSERT_NE(standard, defaults->schedule.flows.end()) << flow;
    EXPECT_EQ(said->second.text, standard->second.text) << flow;
    EXPECT_NE(config_template().find(fmt::format("\n{} = \"{}\"\n", flow, standard->second.text)),
              std::string_view::npos)
        << flow;
  }
}

TEST(Config, EveryKeyIsRead) {
  auto config = parse_config(R"(
[store]
url = "sqlite:///var/lib/connector/books.db"
[vault]
master_key_env = "KEY"
[server]
listen = "[::1]:0"
public_url = "https://connector.example/"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
[walmart]
base_url = "http://127.0.0.1:9001/"
[exact]
base_url = "http://localhost:9002"
[http]
allow_plain_loopback = true
connect_timeout = "250ms"
request_timeout = "1m"
[retry]
initial = "1s"
factor = 3
max = "2h"
give_up_after = "7d"
[schedule]
orders = "30s"
returns = "*/10 6-22 * * *"
prices = "off"
)",
                             "c.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->store.place.sqlite_file, "/var/lib/connector/books.db");
  EXPECT_EQ(config->vault.master_key_env, "KEY");
  EXPECT_EQ(config->server.listen_host, "::1");
  EXPECT_EQ(config->server.listen_port, 0);
  EXPECT_EQ(config->server.public_url, "https://connector.example");
  ASSERT_EQ(config->server.trusted_proxies.size(), 2U);
  EXPECT_TRUE(config->server.trusted_proxies[1].contains("10.1.2.3"));
  EXPECT_EQ(config->walmart.base_url, "http://127.0.0.1:9001");
  EXPECT_EQ(config->exact.base_url, "http://localhost:9002");
  EXPECT_EQ(config->http.connect_timeout, Milliseconds(250));
  EXPECT_EQ(config->http.request_timeout, Milliseconds(60'000));
  EXPECT_EQ(config->retry.factor, 3.0);
  EXPECT_EQ(config->retry.max, Milliseconds(7'200'000));
  EXPECT_EQ(config->retry.give_up_after, Milliseconds(7LL * 86'400'000));
  EXPECT_EQ(config->schedule.flows.at("orders").interval, Milliseconds(30'000));
  EXPECT_TRUE(config->schedule.flows.at("returns").cron.has_value());
  EXPECT_TRUE(config->schedule.flows.at("prices").is_off());
  EXPECT_EQ(config->schedule.flows.at("settlements").text, "6h");
}

TEST(Config, AllProblemsAreReportedAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      refusal(R"([server]
listn = "127.0.0.1:1"
listen = 8480
[http]
request_timeout = "5 seconds"
allow_plain_loopback = "yes"
[stroe]
url = "sqlite:a.db"
)"),
      "etc/c.toml:2:1: unknown key server.listn (did you mean \"listen\"?)\n"
      "etc/c.toml:3:10: server.listen: must be text in quotes\n"
      "etc/c.toml:5:19: http.request_timeout: \"5 seconds\" is no duration; write a number and ms, s, m, h or d, such "
      "as \"250ms\" or \"5s\"\n"
      "etc/c.toml:6:24: http.allow_plain_loopback: must be true or false\n"
      "etc/c.toml:7:2: unknown section [stroe] (did you mean \"store\"?)");
}

TEST(Config, TrustedProxiesAreAListOfAddresses) {
  EXPECT_TRUE(parse_config("", "c.toml", {})->server.trusted_proxies.empty());
  const auto given = parse_config("[server]\ntrusted_proxies = [\"10.0.0.1\"]\n", "c.toml",
                                  {{"ML_CONNECTOR__SERVER__TRUSTED_PROXIES", "127.0.0.1, ::1"}});
  ASSERT_TRUE(given) << given.error().message;
  ASSERT_EQ(given->server.trusted_proxies.size(), 2U) << "the environment wins";
  EXPECT_TRUE(given->server.trusted_proxies[1].contains("::1"));
  EXPECT_NE(refusal("[server]\ntrusted_proxies = \"127.0.0.1\"\n").find("must be a list"), std::string::npos);
  EXPECT_NE(refusal("[server]\ntrusted_proxies = [1]\n").find("must be a list"), std::string::npos);
  EXPECT_NE(refusal("[server]\ntrusted_proxies = [\"nginx\"]\n").find("is no IP address"), std::string::npos);
}

TEST(Config, PagesOfExactAreAddressesBelowItsOwn) {
  const auto config = parse_config(
      "[exact]\ninvoice_page = \"/docs/Invoice.aspx?ID=%7b{id}%7d&_Division_={division}\"\n", "c.toml", {});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->exact.invoice_page, "/docs/Invoice.aspx?ID=%7b{id}%7d&_Division_={division}");
  EXPECT_EQ(config->exact.order_page, "/docs/MenuPortal.aspx?_Division_={division}");
  for (const auto* page : {"docs/x", "//elsewhere.example/", "https://elsewhere.example/", "/a b", "/{other}", "/{id"})
    EXPECT_NE(
        refusal("[exact]\norder_page = \"" + std::string(page) + "\"\n").find("etc/c.toml:2:14: exact.order_page: "),
        std::string::npos)
        << page;
}

TEST(Config, AKeyInTheWrongSectionIsPointedOut) {
  EXPECT_EQ(refusal("[store]\npublic_url = \"https://a.example\"\n"),
            "etc/c.toml:2:1: unknown key store.public_url (did you mean \"server.public_url\"?)");
  EXPECT_EQ(refusal("url = \"sqlite:x\"\n"), "etc/c.toml:1:1: unknown section [url] (did you mean \"store.url\"?)");
  EXPECT_EQ(refusal("store = 1\n"), "etc/c.toml:1:1: store must be a section: [store]");
}

TEST(Config, BrokenTomlNamesItsPlace) {
  EXPECT_TRUE(refusal("[store\n").starts_with("etc/c.toml:1:7: ")) << refusal("[store\n");
}

TEST(Config, TheEnvironmentWins) {
  auto config = parse_config("[server]\nlisten = \"127.0.0.1:1\"\n[retry]\nfactor = 5.0\n", "c.toml",
                             {{"ML_CONNECTOR__SERVER__LISTEN", "0.0.0.0:9"},
                              {"ML_CONNECTOR__RETRY__FACTOR", "1.5"},
                              {"ML_CONNECTOR__HTTP__ALLOW_PLAIN_LOOPBACK", "true"},
                              {"ML_CONNECTOR__EXACT__BASE_URL", "http://[::1]:5"},
                              {"ML_CONNECTOR__SCHEDULE__ORDERS", "5s"},
                              {"PATH", "/bin"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->server.listen_host, "0.0.0.0");
  EXPECT_EQ(config->server.listen_port, 9);
  EXPECT_EQ(config->retry.factor, 1.5);
  EXPECT_TRUE(config->http.allow_plain_loopback);
  EXPECT_EQ(config->exact.base_url, "http://[::1]:5");
  EXPECT_EQ(config->schedule.flows.at("orders").interval, Milliseconds(5'000));
}

TEST(Config, UnknownAndWrongVariablesAreErrors) {
  EXPECT_EQ(refusal("", {{"ML_CONNECTOR__SERVER__LISTN", "1"}}),
            "environment ML_CONNECTOR__SERVER__LISTN: is no setting (did you mean \"ML_CONNECTOR__SERVER__LISTEN\"?)");
  EXPECT_EQ(refusal("", {{"ML_CONNECTOR__HTTP__ALLOW_PLAIN_LOOPBACK", "1"}}),
            "environment ML_CONNECTOR__HTTP__ALLOW_PLAIN_LOOPBACK: http.allow_plain_loopback: must be true or false");
}

TEST(Config, PlainHttpIsForLoopbackAlone) {
  EXPECT_NE(refusal("[walmart]\nbase_url = \"http://walmart.example\"\n[http]\nallow_plain_loopback = true\n")
                .find("etc/c.toml:2:12: walmart.base_url must be https://"),
            std::string::npos);
  EXPECT_NE(refusal("[exact]\nbase_url = \"http://127.0.0.1:80\"\n").find("allow_plain_loopback"), std::string::npos);
  EXPECT_NE(refusal("[exact]\nbase_url = \"http://127.0.0.1.example\"\n[http]\nallow_plain_loopback = true\n")
                .find("must be https://"),
            std::string::npos);
  EXPECT_NE(refusal("[server]\npublic_url = \"http://connector.example\"\n").find("https://"), std::string::npos);
}

TEST(Config, ValuesThatContradictEachOther) {
  EXPECT_NE(refusal("[retry]\ninitial = \"2h\"\n").find("retry.max is shorter"), std::string::npos);
  EXPECT_NE(refusal("[vault]\nmaster_key_file = \"a\"\nmaster_key_env = \"B\"\n").find("not both"), std::string::npos);
}

TEST(Config, RefusedValues) {
  EXPECT_NE(refusal("[store]\nurl = \"postgresql://db/x?nothing=such\"\n").find("invalid URI query parameter"),
            std::string::npos);
  EXPECT_NE(refusal("[store]\nurl = \"mysql://db/x\"\n").find("postgresql://HOST/DATABASE"), std::string::npos);
  EXPECT_NE(refusal("[store]\nurl = \"sqlite::memory:\"\n").find("name of a file"), std::string::npos);
  EXPECT_NE(refusal("[server]\nlisten = \"127.0.0.1\"\n").find("address and port"), std::string::npos);
  EXPECT_NE(refusal("[server]\nlisten = \"127.0.0.1:70000\"\n").find("address and port"), std::string::npos);
  EXPECT_NE(refusal("[exact]\nbase_url = \"https://user:pw@exact.example\"\n").find("web address"), std::string::npos);
  EXPECT_NE(refusal("[retry]\nfactor = 0.5\n").find("from 1 to 100"), std::string::npos);
  EXPECT_NE(refusal("[retry]\nfactor = nan\n").find("from 1 to 100"), std::string::npos);
  EXPECT_NE(refusal("[schedule]\norders = \"often\"\n").find("neither an interval"), std::string::npos);
  EXPECT_NE(refusal("[schedule]\norders = \"61 * * * *\"\n").find("minute"), std::string::npos);
}

TEST(Duration, UnitsAndLimits) {
  EXPECT_EQ(parse_duration("2m"), Milliseconds(120'000));
  EXPECT_EQ(parse_duration("3650d"), Milliseconds(3650LL * 86'400'000));
  for (const char* wrong : {"", "5", "s", "-5s", "0s", "5 s", "1h30m", "9999999999999999999s", "3651d", "5S", "1.5h"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
  EXPECT_EQ(domain::to_string(Milliseconds(90'000)), "90s");
  EXPECT_EQ(domain::to_string(Milliseconds(7'200'000)), "2h");
  EXPECT_EQ(domain::to_string(Milliseconds(250)), "250ms");
}

TEST(Config, AVaultKeyOfTheEnvironmentReplacesTheOneOfTheFile) {
  const Environment by_name{{"ML_CONNECTOR__VAULT__MASTER_KEY_ENV", "KEY"}};
  const auto named = parse_config("[vault]\nmaster_key_file = \"a.key\"\n", "c.toml", by_name);
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->vault.master_key_env, "KEY");
  const Environment by_file{{"ML_CONNECTOR__VAULT__MASTER_KEY_FILE", "b.key"}};
  const auto filed = parse_config("[vault]\nmaster_key_env = \"OTHER\"\n", "c.toml", by_file);
  ASSERT_TRUE(filed) << filed.error().message;
  EXPECT_EQ(filed->vault.master_key_env, "");
  EXPECT_EQ(filed->vault.master_key_file, "b.key");
  EXPECT_NE(refusal("[vault]\nmaster_key_env = \"A\"\nmaster_key_file = \"b\"\n").find("not both"), std::string::npos);
}

TEST(Config, AddressesToListenOn) {
  const auto listen = [](const std::string& text) {
    return parse_config("[server]\nlisten = \"" + text + "\"\n", "c.toml", {});
  };
  EXPECT_EQ(listen("localhost:8480")->server.listen_host, "127.0.0.1");
  EXPECT_EQ(listen("[::1]:8480")->server.public_url, "http://[::1]:8480");
  EXPECT_EQ(listen("0.0.0.0:8480")->server.public_url, "http://127.0.0.1:8480");
  EXPECT_EQ(listen("[::]:8480")->server.public_url, "http://[::1]:8480");
  EXPECT_FALSE(listen("0.0.0.0:8480")->server.public_url_given);
  ASSERT_FALSE(listen("host.example:8480"));
  EXPECT_NE(listen("host.example:8480").error().message.find("no IP address"), std::string::npos);
}

TEST(Config, NoticesNeedAnAddressThatTheRemoteReaches) {
  EXPECT_NE(refusal("[webhooks]\nsubscribe = true\n").find("set server.public_url"), std::string::npos);
  EXPECT_EQ(refusal("[webhooks]\nsubscribe = true\n[server]\npublic_url = \"https://shop.example\"\n"), "accepted");
  EXPECT_EQ(refusal("[webhooks]\nsubscribe = true\n[http]\nallow_plain_loopback = true\n"
                    "[walmart]\nbase_url = \"http://127.0.0.1:9000\"\n"),
            "accepted")
      << "both on this machine";
}

TEST(Config, AStoreOfTwoSlashesAndAPasswordInAnAddressAreRefused) {
  EXPECT_NE(refusal("[store]\nurl = \"sqlite://x.db\"\n").find("\"sqlite:x.db\""), std::string::npos);
  const std::string refused = refusal("[exact]\nbase_url = \"https://user:geheim@x.example\"\n");
  EXPECT_EQ(refused.find("geheim"), std::string::npos) << refused;
  EXPECT_NE(refused.find("exact.base_url"), std::string::npos);
}

}  // namespace config_test
}  // namespace connector::app
