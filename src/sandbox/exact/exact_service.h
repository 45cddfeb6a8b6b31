#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/administration.h"
#include "sandbox/exact/oauth.h"
#include "sandbox/exact/rate_limits.h"
#include "sandbox/exact/resource.h"
#include "sandbox/exact/seed.h"
#include "sandbox/exact/switches.h"
#include "sandbox/service.h"

namespace connector::sandbox::exact {

struct ServiceSettings {
  std::uint64_t seed = 1;
  std::string public_url;  ///< in links, e.g. "http://127.0.0.1:9001"; empty = "http://" and the request's Host
  Switches switches;
  std::vector<std::string> redirect_uris;  ///< empty = any is accepted
};

/// The simulated Exact Online: authorization server, REST API v1 and, outside Exact's own addresses, a control API
/// under /sandbox/exact/ (books, switches, edit, restart of counters). See control.h.
class ExactService : public Service {
 public:
  explicit ExactService(ServiceSettings settings = {});
  ~ExactService() override;

  /// Adds a division with its set-up data. The constructor adds none.
  Administration& add_division(const Seed& seed);
  /// The division with this code; nullptr if there is none.
  Administration* division(std::int64_t code);
  const std::vector<std::unique_ptr<Administration>>& divisions() const { return divisions_; }

  ports::HttpResponse handle(const ports::ServerRequest& request, domain::UtcTime now) override;
  void advance(domain::UtcTime now) override;
  std::vector<Delivery> take_deliveries() override;

  const AppCredentials& app() const { return oauth_.apps().front(); }
  const OAuth& oauth() const { return oauth_; }
  const RateLimits& rate_limits() const { return limits_; }
  /// Another program of the app makes calls until at most so many of the day are left in a division.
  void leave_of_day(std::int64_t division, std::int64_t left, domain::UtcTime now) {
    limits_.leave_of_day(app().client_id, division, left, now);
  }
  Switches& switches() { return switches_; }
  const Switches& switches() const { return switches_; }
  /// Answers per "METHOD path", then per status.
  const std::map<std::string, std::map<int, std::int64_t>>& requests() const { return requests_; }

 private:
  ports::HttpResponse route(const ports::ServerRequest& request, const std::string& path, domain::UtcTime now);
  ports::HttpResponse api(const ports::ServerRequest& request, std::string_view path, domain::UtcTime now);
  ports::HttpResponse in_division(const ports::ServerRequest& request, Administration& books, std::string_view path,
                                  const std::string& base, domain::UtcTime now);
  ports::HttpResponse error(int status, std::string_view text) const;
  std::string base_url(const ports::ServerRequest& request) const;
  void add_to_licence(const Administration& books, const Seed& seed);
  void collect_notifications(Administration& books, const std::string& base, domain::UtcTime now);

  ServiceSettings settings_;
  Switches switches_;
  GuidCipher cipher_;
  SeededStream chance_;
  OAuth oauth_;
  RateLimits limits_;
  Guid user_;
  std::unique_ptr<Administration> licence_;  ///< current/Me and system/Divisions, which belong to no division
  std::vector<std::unique_ptr<Administration>> divisions_;
  std::map<std::int64_t, Administration*> by_code_;
  std::vector<Delivery> deliveries_;
  std::map<std::string, std::map<int, std::int64_t>> requests_;
  std::string endpoint_;  ///< of the request being handled, for the counters
};

/// A service with one default division.
std::unique_ptr<ExactService> make_exact_service(ServiceSettings settings);

}  // namespace connector::sandbox::exact
