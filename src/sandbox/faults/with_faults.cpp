#include "sandbox/faults/with_faults.h"

#include <memory>
#include <utility>

#include "ports/concurrency.h"

namespace connector::sandbox {
namespace {

using Kind = FaultDecision::Kind;

/// What a handler keeps between requests.
struct Surroundings {
  Service& service;
  FaultProfile profile;
  ports::Executor& executor;
  ports::Clock& clock;
};

ports::HttpResponse take_effect(Surroundings& surroundings, const ports::ServerRequest& request,
                                const FaultDecision& decision) {
  const domain::UtcTime now = surroundings.clock.now() + decision.clock_skew;
  ports::HttpResponse first = surroundings.service.handle(request, now);
  if (!decision.duplicated) return first;
  ports::HttpResponse second = surroundings.service.handle(request, now);
  return decision.answer_of_second ? second : first;
}

ports::Task<ports::ServerReply> serve(std::shared_ptr<Surroundings> surroundings, ports::ServerRequest request) {
  FaultDecision decision = surroundings->profile.decide(request);
  if (decision.delay_before.count() > 0) {
    auto pause = ports::sleep_for(surroundings->executor, decision.delay_before);
    co_await pause;
  }
  ports::ServerReply reply;
  if (decision.kind == Kind::drop_before) {
    reply.reset_without_answer = true;
    co_return reply;
  }
  if (decision.kind == Kind::answer_before) {
    reply.response = std::move(decision.answer);
    co_return reply;
  }
  reply.response = take_effect(*surroundings, request, decision);
  if (decision.delay_after.count() > 0) {
    auto pause = ports::sleep_for(surroundings->executor, decision.delay_after);
    co_await pause;
  }
  switch (decision.kind) {
    case Kind::reset_after:
      reply.reset_without_answer = true;
      break;
    case Kind::answer_after:
      reply.response = std::move(decision.answer);
      break;
    case Kind::truncated:
      // Nothing can be cut off an empty body: the connection breaks all the same.
      reply.cut_body_after = reply.response.body.size() * decision.kept_per_million / 1'000'000;
      break;
    default:
      break;
  }
  co_return reply;
}

}  // namespace

ports::ServerHandler with_faults(Service& service, FaultProfile profile, ports::Executor& executor,
                                 ports::Clock& clock) {
  auto surroundings = std::make_shared<Surroundings>(Surroundings{service, std::move(profile), executor, clock});
  return [surroundings](ports::ServerRequest request) { return serve(surroundings, std::move(request)); };
}

}  // namespace connector::sandbox
