#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "ports/test_doubles.h"
#include "sandbox/service.h"

namespace connector::contract {

/// Carries requests straight into a simulated service, as a server would receive them.
class ServiceTransport : public ports::HttpTransport {
 public:
  ServiceTransport(sandbox::Service& service, ports::testing::ManualTime& time) : service_(service), time_(time) {}

  ports::Task<ports::HttpOutcome> send(ports::HttpRequest request) override {
    ++requests;
    service_.advance(time_.now());
    if (instead) {
      if (auto answer = instead(request.url)) co_return std::move(*answer);
    }
    ports::ServerRequest received;
    const auto authority = request.url.find("://") + 3;
    const auto path = request.url.find('/', authority);
    received.method = request.method;
    received.target = request.url.substr(path);
    received.headers = std::move(request.headers);
    received.headers.emplace_back("Host", request.url.substr(authority, path - authority));
    received.body = std::move(request.body);
    received.remote_address = "127.0.0.1";
    ports::HttpResponse response = service_.handle(received, time_.now());
    if (lose_next_answer || requests == lose_answer_number) {
      lose_next_answer = false;
      co_return tl::unexpected(
          ports::TransportFailure{ports::TransportFailure::Kind::timed_out, "the answer was lost", true});
    }
    co_return response;
  }

  int requests = 0;
  /// Told of each address; what it gives is answered instead of the service.
  std::function<std::optional<ports::HttpOutcome>(const std::string& url)> instead;
  bool lose_next_answer = false;
  int lose_answer_number = 0;  ///< as counted by `requests`

 private:
  sandbox::Service& service_;
  ports::testing::ManualTime& time_;
};

}  // namespace connector::contract
