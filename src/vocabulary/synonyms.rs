//! Words that practitioners write elsewhere, and ours for them.

/// What is written elsewhere, and what may be meant by it here.
const SYNONYMS: &[(&str, &str)] = &[
    // types of fields
    ("string", "text"),
    ("str", "text"),
    ("varchar", "text"),
    ("char", "text"),
    ("integer", "int"),
    ("long", "int"),
    ("bigint", "int"),
    ("int64", "int"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("number", "decimal"),
    ("numeric", "decimal"),
    ("money", "decimal"),
    ("boolean", "bool"),
    ("datetime", "timestamp"),
    ("time", "timestamp"),
    ("instant", "timestamp"),
    ("guid", "uuid"),
    ("binary", "blob"),
    ("bytes", "blob"),
    ("file", "blob"),
    ("object", "json"),
    ("map", "json"),
    ("jsonb", "json"),
    ("geo", "point"),
    ("geopoint", "point"),
    ("location", "point"),
    ("uri", "url"),
    // modifiers of fields
    ("pk", "key"),
    ("primary", "key"),
    ("pii", "personal"),
    ("nullable", "optional"),
    ("confidential", "secret"),
    ("index", "indexed"),
    ("computed", "derived"),
    ("readonly", "immutable"),
    // kinds
    ("lb", "balancer"),
    ("loadbalancer", "balancer"),
    ("load-balancer", "balancer"),
    ("waf", "gateway"),
    ("proxy", "gateway"),
    ("db", "database"),
    ("datastore", "database"),
    ("store", "database"),
    ("bucket", "storage"),
    ("blob", "storage"),
    ("index", "search"),
    ("stream", "topic"),
    ("bus", "topic"),
    ("broker", "topic"),
    ("cron", "scheduler"),
    ("job", "worker"),
    ("consumer", "worker"),
    ("microservice", "service"),
    ("server", "service"),
    ("idp", "identity"),
    ("user", "actor"),
    ("person", "actor"),
    ("requirement", "functional"),
    ("nonfunctional", "quality"),
    ("nfr", "quality"),
    ("az", "zone"),
    ("vpc", "network"),
    ("subnet", "network"),
    ("sequence", "flow"),
    ("adr", "decision"),
    // measures
    ("uptime", "availability"),
    ("qps", "throughput"),
    ("rps", "throughput"),
    ("tps", "throughput"),
    ("dau", "users"),
    ("mau", "users"),
    ("average", "mean"),
    ("avg", "mean"),
    ("median", "p50"),
    ("response-time", "latency"),
    ("connections", "concurrent"),
    // keys
    ("for", "on"),
    ("about", "on"),
    ("scope", "on"),
    ("instances", "replicas"),
    ("pods", "replicas"),
    ("nodes", "replicas"),
    ("copies", "replicas"),
    ("replica", "replicas"),
    ("read-replicas", "replicas"),
    ("replication-factor", "replicas"),
    ("stateless", "state"),
    ("stateful", "state"),
    ("scaling", "autoscale"),
    ("autoscaling", "autoscale"),
    ("tables", "stores"),
    ("entities", "stores"),
    ("partition", "shard"),
    ("partitioning", "shard"),
    ("partition-key", "shard"),
    ("sharding", "shard"),
    ("shard-key", "shard"),
    ("partition-key", "ordered-by"),
    ("partition-by", "ordered-by"),
    ("partitions", "shards"),
    ("encrypted", "encryption"),
    ("encryption-at-rest", "encryption"),
    ("encryption", "encrypted"),
    ("snapshots", "backup"),
    ("backups", "backup"),
    ("expiry", "ttl"),
    ("expires", "ttl"),
    ("expiration", "ttl"),
    ("hit-rate", "hit"),
    ("hit-ratio", "hit"),
    ("policy", "eviction"),
    ("strategy", "write"),
    ("write-policy", "write"),
    ("invalidate", "invalidation"),
    ("size", "memory"),
    ("maxmemory", "memory"),
    ("dlq", "dead-letter"),
    ("dead-letter-queue", "dead-letter"),
    ("fifo", "ordering"),
    ("ordered", "ordering"),
    ("order", "ordering"),
    ("indexes", "index"),
    ("indices", "index"),
    ("pagination", "paginated"),
    ("idempotency", "idempotent"),
    ("idempotency-key", "idempotent"),
    ("authentication", "auth"),
    ("authorization", "authz"),
    ("authorisation", "authz"),
    ("roles", "authz"),
    ("rate", "rate-limit"),
    ("throttle", "rate-limit"),
    ("throttling", "rate-limit"),
    ("limit", "bounded"),
    ("retry", "retries"),
    ("attempts", "retries"),
    ("max-attempts", "retries"),
    ("max-receive", "retries"),
    ("lock", "locking"),
    ("tls", "encrypted"),
    ("breaker", "circuit-breaker"),
    ("latency", "mean"),
    ("lifecycle", "retention"),
    ("max-connections", "connections"),
    ("connection-pool", "connections"),
    ("multi-az", "replicas"),
    ("alternatives", "instead-of"),
    ("rationale", "because"),
    ("why", "because"),
    // values
    ("cas", "conditional"),
    ("compare-and-swap", "conditional"),
    ("row", "pessimistic"),
    ("select-for-update", "pessimistic"),
    ("for-update", "pessimistic"),
    ("distributed", "lease"),
    ("redlock", "lease"),
    ("point", "key"),
    ("leader", "primary"),
    ("master", "primary"),
    ("follower", "replica"),
    ("cache-aside", "aside"),
    ("write-through", "through"),
    ("write-behind", "behind"),
    ("write-back", "behind"),
    ("allkeys-lru", "lru"),
    ("volatile-lru", "lru"),
    ("count", "replicas"),
    ("latency", "p99"),
    ("max-retries", "retries"),
    ("permissions", "authz"),
    ("rps", "capacity"),
    ("sla", "availability"),
    ("slo", "availability"),
    ("throughput", "capacity"),
    ("tps", "capacity"),
];

/// Returns our word for one that is written elsewhere, if it is among the candidates.
pub fn synonym<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let known: Vec<&str> = candidates.collect();
    let ours = SYNONYMS.iter().filter(|(other, _)| *other == word);
    ours.filter_map(|(_, ours)| known.iter().find(|it| *it == ours).copied())
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_synonym_leads_to_a_word() {
        use crate::vocabulary::{
            FIELD_TYPES, KINDS, MEASURES, MODIFIERS, PROPERTIES, Property, Shape,
        };
        let is_value = |property: &Property, word: &str| {
            let mut shapes = property.shapes.iter();
            shapes.any(|it| matches!(it, Shape::OneOf(words) if words.contains(&word)))
        };
        for (other, ours) in SYNONYMS {
            let known = FIELD_TYPES.contains(ours)
                || MODIFIERS.contains(ours)
                || KINDS.iter().any(|it| it.name == *ours)
                || MEASURES.iter().any(|it| it.0 == *ours)
                || PROPERTIES
                    .iter()
                    .any(|it| it.key == *ours || is_value(it, ours))
                || *ours == "p50";
            assert!(known && other != ours, "`{other}` leads to `{ours}`");
        }
    }

    #[test]
    fn a_synonym_counts_only_where_its_word_does() {
        let keys = ["replicas", "shard"];
        assert_eq!(synonym("pods", keys.into_iter()), Some("replicas"));
        assert_eq!(synonym("string", keys.into_iter()), None);
    }
}
