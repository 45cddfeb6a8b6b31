#pragma once

#include "store/sqlite/migrations.h"

namespace connector::store::sqlite {

Migration initial_schema();
Migration every_flow_schema();
Migration audit_by_person_schema();
Migration notices_by_origin_schema();
Migration posted_by_all_schema();
Migration connections_by_division_schema();
Migration ready_in_order_schema();

}  // namespace connector::store::sqlite
