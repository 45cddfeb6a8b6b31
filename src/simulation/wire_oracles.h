#pragma once

#include <map>
#include <set>
#include <string>

#include "domain/result.h"
#include "sandbox/exact/administration.h"
#include "simulation/simulated_disk.h"
#include "simulation/simulated_network.h"
#include "simulation/verdicts.h"
#include "store/secret_store.h"
#include "store/store.h"

namespace connector::simulation {

/// Whether a request creates a document in Exact, and which: the last part of its address.
std::string created_resource(const Exchange& exchange);
/// The purchase order number inside a text such as a reference; empty if there is none.
std::string order_number_in(std::string_view text);
/// What a reference or key is about: the purchase order whose number is inside, or else itself.
std::string subject_of(const std::string& text);

/// "once": of every reference at most one live document is made in Exact. Sees the wire alone.
class OnceOracle : public NetworkObserver {
 public:
  OnceOracle(int exact, SimulatedLoop& loop, Verdicts& verdicts) : exact_(exact), loop_(loop), verdicts_(verdicts) {}
  void arrived(const Exchange& exchange, const ports::HttpResponse& response) override;
  /// A person deleted this document: its reference may be used again.
  void deleted(const std::string& id) { live_.erase(id); }
  /// The store is an older one again: a stock count that waited in it is said once more, and the next one corrects it.
  void forget_stock_counts();
  std::uint64_t documents() const { return documents_; }

 private:
  int exact_;
  SimulatedLoop& loop_;
  Verdicts& verdicts_;
  std::map<std::string, std::string> live_;  ///< id -> resource and reference
  std::map<std::string, std::set<std::string>> by_reference_;
  std::uint64_t documents_ = 0;
};

/// "intent before effect" and "audited": a request that creates something leaves only after its intent, with the digest
/// of its very bytes, stands durably in the audit trail; each intent lets one request leave and comes to an outcome;
/// and the trail names every document that was made, with the bytes that made it. Reads the disk behind the processes'
/// backs.
class IntentOracle : public NetworkObserver {
 public:
  IntentOracle(int exact, SimulatedLoop& loop, SimulatedDisk& disk, store::Store& store, Verdicts& verdicts)
      : exact_(exact), loop_(loop), disk_(disk), store_(&store), verdicts_(verdicts) {}
  void use(store::Store& store) { store_ = &store; }
  /// The trail is an older one again: what the lost part told is forgotten.
  void forget_trail();
  void sent(const Exchange& exchange) override;
  void arrived(const Exchange& exchange, const ports::HttpResponse& response) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;
  /// What was once read from the trail must still stand there, whatever died meanwhile. Reads what is new.
  void check_trail();
  /// The chain as a whole.
  void check_chain();
  /// Once things are quiet: every document in Exact that was made before `quiet_since` is named by the record of its
  /// posting, and every intent of before then has an outcome. What became of documents of `theirs`, orders and
  /// references that a person has seen to, is that person's to know. After a backup was put back nobody may know of a
  /// second document over nothing, since one amount of zero looks like another, nor of a reversal and the credit memo
  /// that took its place: the first one is found again and is as much. The books are compared all the same.
  void check_outcomes(const sandbox::exact::Administration& books, domain::UtcTime quiet_since,
                      const std::set<std::string>& theirs);

 private:
  bool read_trail();
  void check_record(const store::AuditRecord& record);

  int exact_;
  SimulatedLoop& loop_;
  SimulatedDisk& disk_;
  store::Store* store_;
  Verdicts& verdicts_;
  std::int64_t last_sequence_ = 0;
  std::string last_hash_;
  std::map<std::string, int> intents_;  ///< by digest of the body
  std::map<std::string, int> sends_;
  std::set<std::string> meant_for_;             ///< posting key and digest of each intent
  std::map<std::string, std::string> made_by_;  ///< document's id -> digest of the request that made it
  std::set<std::string> named_;                 ///< ids of documents that a posted or adopted record names
  bool was_restored_ = false;
  std::map<std::string, domain::UtcTime> without_outcome_;  ///< by posting key: when its last intent was written
};

/// "refresh token used once": nobody sends one that another request is spending, the new pair is durable before its
/// access token is used, and no spent one is sent once its successor was used. (One that was sent before may arrive
/// late: that cannot be helped.)
class TokenOracle : public NetworkObserver {
 public:
  TokenOracle(int exact, SimulatedLoop& loop, store::SecretStore& secrets, Verdicts& verdicts)
      : exact_(exact), loop_(loop), secrets_(&secrets), verdicts_(verdicts) {}
  void use(store::SecretStore& secrets) { secrets_ = &secrets; }
  /// The store is an older one again: it does not know which tokens were spent since.
  void forget_spent() { superseded_.clear(); }
  void sent(const Exchange& exchange) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;

 private:
  struct Spending {
    std::uint64_t exchange = 0;
    std::string process;
    domain::UtcTime until{};
  };
  int exact_;
  SimulatedLoop& loop_;
  store::SecretStore* secrets_;
  Verdicts& verdicts_;
  std::map<std::string, Spending> spending_;  ///< by refresh token
  struct Heard {
    domain::UtcTime at{};
    std::string spent;  ///< the refresh token that brought it
  };
  std::map<std::string, Heard> heard_;  ///< by access token
  std::set<std::string> stored_;        ///< access tokens seen in the store when they were first used
  std::set<std::string> superseded_;    ///< refresh tokens whose successors have been used
};

/// "budget": who was told to wait sends nothing until then. `tolerance` covers wrong clocks.
class BudgetOracle : public NetworkObserver {
 public:
  BudgetOracle(SimulatedLoop& loop, domain::Milliseconds tolerance, Verdicts& verdicts)
      : loop_(loop), tolerance_(tolerance), verdicts_(verdicts) {}
  void sent(const Exchange& exchange) override;
  void answered(const Exchange& exchange, const ports::HttpOutcome& outcome) override;

 private:
  SimulatedLoop& loop_;
  domain::Milliseconds tolerance_;
  Verdicts& verdicts_;
  struct Told {
    domain::UtcTime at{};
    domain::UtcTime until{};
  };
  std::map<std::string, Told> wait_until_;  ///< by process, remote and for Walmart the endpoint
};

}  // namespace connector::simulation
