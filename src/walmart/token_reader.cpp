#include "walmart/token_reader.h"

namespace connector::walmart {

using domain::Cause;
using domain::fail;
using domain::Result;

Result<TokenAnswer> read_token_answer(std::string_view body) {
  const auto document = read_document(body);
  if (!document) return fail(document.error());
  TokenAnswer answer;
  answer.access_token = (*document)["access_token"].text_or("");
  answer.refresh_token = (*document)["refresh_token"].text_or("");
  const auto seconds = (*document)["expires_in"].integer();
  if (answer.access_token.empty() || !seconds || *seconds <= 0 || *seconds > 366L * 86'400) {
    return fail(Cause::malformed_response, "Walmart's answer holds no usable token");
  }
  answer.lifetime = std::chrono::seconds{*seconds};
  return answer;
}

Result<TokenDetail> read_token_detail(const json::Value& document) {
  const auto is_valid = document["is_valid"].boolean();
  if (!is_valid) return fail(Cause::malformed_response, "Walmart's answer does not tell whether the token is valid");
  TokenDetail detail;
  detail.is_valid = *is_valid;
  detail.issued_at = read_instant(document["issued_at"]);
  detail.expires_at = read_instant(document["expire_at"]);
  for (const auto& [scope, access] : document["scopes"].object()) detail.scopes[scope] = access.text_or("");
  return detail;
}

}  // namespace connector::walmart
