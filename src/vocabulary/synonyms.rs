//! Words that other notations use, and ours for the same.

/// Types of fields elsewhere, and ours.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("bigint", "int"),
    ("binary", "blob"),
    ("boolean", "bool"),
    ("bytes", "blob"),
    ("char", "text"),
    ("datetime", "timestamp"),
    ("double", "decimal"),
    ("float", "decimal"),
    ("geo", "point"),
    ("guid", "uuid"),
    ("instant", "timestamp"),
    ("integer", "int"),
    ("jsonb", "json"),
    ("location", "point"),
    ("long", "int"),
    ("money", "decimal"),
    ("number", "decimal"),
    ("numeric", "decimal"),
    ("object", "json"),
    ("str", "text"),
    ("string", "text"),
    ("time", "timestamp"),
    ("uri", "url"),
    ("varchar", "text"),
];

/// Keys elsewhere, and ours.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("breaker", "circuit-breaker"),
    ("count", "replicas"),
    ("dead-letter-queue", "dead-letter"),
    ("dlq", "dead-letter"),
    ("entities", "stores"),
    ("expiry", "ttl"),
    ("hit-rate", "hit"),
    ("hit-ratio", "hit"),
    ("idempotency", "idempotent"),
    ("idempotency-key", "idempotent"),
    ("instances", "replicas"),
    ("latency", "p99"),
    ("max-retries", "retries"),
    ("nodes", "replicas"),
    ("pagination", "paginated"),
    ("partition", "shard"),
    ("partition-key", "shard"),
    ("permissions", "authz"),
    ("replication-factor", "replicas"),
    ("retry", "retries"),
    ("roles", "authz"),
    ("rps", "capacity"),
    ("scaling", "autoscale"),
    ("sharding", "shard"),
    ("sla", "availability"),
    ("slo", "availability"),
    ("stateless", "state"),
    ("tables", "stores"),
    ("throughput", "capacity"),
    ("tps", "capacity"),
];

/// Returns our type for a type of elsewhere.
pub fn type_for(word: &str) -> Option<&'static str> {
    ours(TYPES, word)
}

/// Returns our key for a key of elsewhere.
pub fn key_for(word: &str) -> Option<&'static str> {
    ours(KEYS, word)
}

fn ours(table: &'static [(&str, &str)], word: &str) -> Option<&'static str> {
    let row = table.iter().find(|(theirs, _)| *theirs == word)?;
    Some(row.1)
}
