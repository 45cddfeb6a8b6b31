#pragma once

#include <chrono>
#include <string>

#include "ports/call_failure.h"

namespace connector::exact {

/// What came of one request to the token endpoint (exact.md 1.3, 1.4).
struct TokenAnswer {
  enum class Kind {
    issued,
    too_early,     ///< 400: the previous access token has not expired; nothing was lost
    refused,       ///< old or dead refresh token, wrong credentials, spent code
    rate_limited,  ///< 429
    not_sent,      ///< certainly without effect
    lost,          ///< a pair may have been issued that never arrived
  };
  Kind kind = Kind::lost;
  std::string access_token;
  std::string refresh_token;  ///< empty if the answer named no new one
  std::chrono::seconds lifetime{600};
  bool is_final = false;       ///< a refusal in OAuth's own words; others may come from something in between
  ports::CallFailure failure;  ///< for all kinds but issued
};

/// Reads an outcome; `expires_in` may be a number or text. Never holds a token in its failure's words.
TokenAnswer read_token_answer(const ports::HttpOutcome& outcome, std::string correlation_id);

}  // namespace connector::exact
