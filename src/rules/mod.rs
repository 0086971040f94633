//! The rules: one `.rs` and one `.md` each, in a folder for each family.
//!
//! Takes a [`crate::lint::Design`], gives findings. The page is the
//! documentation, what `explain` prints, and the first tests.

mod availability;
mod by_api;
mod by_load;
mod consistency;
mod data;
mod flow;
mod interface;
mod language;
mod messaging;
mod observability;
mod performance;
mod public_edge;
mod requirements;
mod security;
mod sets;
mod structure;
mod words;

use crate::lint::{Rule, RuleInfo};

pub use sets::FOLDS;

/// Every rule that looks at a design, by family.
pub const ALL: &[&dyn Rule] = &[
    &availability::availability_target_unreachable::AvailabilityTargetUnreachable,
    &availability::backup_missing_or_untested::BackupMissingOrUntested,
    &availability::cache_loss_overload::CacheLossOverload,
    &availability::cyclic_hard_dependency::CyclicHardDependency,
    &availability::failover_too_slow::FailoverTooSlow,
    &availability::local_state_in_scaled_service::LocalStateInScaledService,
    &availability::missing_failure_headroom::MissingFailureHeadroom,
    &availability::missing_load_distribution::MissingLoadDistribution,
    &availability::missing_timeout::MissingTimeout,
    &availability::recovery_objective_violated::RecoveryObjectiveViolated,
    &availability::redundancy_in_one_failure_domain::RedundancyInOneFailureDomain,
    &availability::redundancy_unstated::RedundancyUnstated,
    &availability::retry_amplification::RetryAmplification,
    &availability::shared_host::SharedHost,
    &availability::single_point_of_failure::SinglePointOfFailure,
    &consistency::claim_after_slow_step::ClaimAfterSlowStep,
    &consistency::cross_service_transaction::CrossServiceTransaction,
    &consistency::dual_write::DualWrite,
    &consistency::quorum_not_overlapping::QuorumNotOverlapping,
    &consistency::stale_read_under_strong_consistency::StaleReadUnderStrongConsistency,
    &consistency::unprotected_contended_update::UnprotectedContendedUpdate,
    &consistency::write_to_replica::WriteToReplica,
    &data::access_path_without_index::AccessPathWithoutIndex,
    &data::cross_shard_query::CrossShardQuery,
    &data::derived_store_without_feed::DerivedStoreWithoutFeed,
    &data::shard_key_problem::ShardKeyProblem,
    &data::shared_datastore::SharedDatastore,
    &data::specialised_query_without_index::SpecialisedQueryWithoutIndex,
    &data::store_capability_mismatch::StoreCapabilityMismatch,
    &data::unpersisted_entity::UnpersistedEntity,
    &data::unused_entity::UnusedEntity,
    &data::volatile_source_of_truth::VolatileSourceOfTruth,
    &flow::data_used_before_produced::DataUsedBeforeProduced,
    &flow::endpoint_without_flow::EndpointWithoutFlow,
    &flow::step_against_relation::StepAgainstRelation,
    &interface::method_semantics::MethodSemantics,
    &interface::missing_interface::MissingInterface,
    &interface::principal_from_input::PrincipalFromInput,
    &interface::realtime_without_push::RealtimeWithoutPush,
    &interface::resource_naming::ResourceNaming,
    &interface::retryable_write_not_idempotent::RetryableWriteNotIdempotent,
    &interface::sensitive_data_exposed::SensitiveDataExposed,
    &interface::unpaginated_collection::UnpaginatedCollection,
    &messaging::dangling_queue::DanglingQueue,
    &messaging::missing_dead_letter::MissingDeadLetter,
    &messaging::non_idempotent_consumer::NonIdempotentConsumer,
    &messaging::ordering_not_guaranteed::OrderingNotGuaranteed,
    &messaging::socket_fanout_without_broker::SocketFanoutWithoutBroker,
    &messaging::unbounded_queue::UnboundedQueue,
    &observability::missing_monitoring::MissingMonitoring,
    &observability::observability_shares_fate::ObservabilitySharesFate,
    &performance::blocking_work_in_request::BlockingWorkInRequest,
    &performance::cache_policy_incomplete::CachePolicyIncomplete,
    &performance::concurrency_limit_exceeded::ConcurrencyLimitExceeded,
    &performance::deep_sync_chain::DeepSyncChain,
    &performance::estimate_unused::EstimateUnused,
    &performance::inconsistent_estimate::InconsistentEstimate,
    &performance::ineffective_cache::IneffectiveCache,
    &performance::latency_budget_exceeded::LatencyBudgetExceeded,
    &performance::missing_cache::MissingCache,
    &performance::n_plus_one_calls::NPlusOneCalls,
    &performance::overloaded_component::OverloadedComponent,
    &performance::premature_scaling::PrematureScaling,
    &performance::scatter_gather::ScatterGather,
    &performance::storage_exhaustion::StorageExhaustion,
    &performance::unbounded_write_fanout::UnboundedWriteFanout,
    &performance::write_bound_despite_replicas::WriteBoundDespiteReplicas,
    &requirements::consistency_choice_missing::ConsistencyChoiceMissing,
    &requirements::contradictory_qualities::ContradictoryQualities,
    &requirements::core_scope_unfocused::CoreScopeUnfocused,
    &requirements::missing_functional_requirements::MissingFunctionalRequirements,
    &requirements::unaddressed_quality::UnaddressedQuality,
    &requirements::unquantified_quality::UnquantifiedQuality,
    &requirements::unrealised_requirement::UnrealisedRequirement,
    &requirements::vague_wording::VagueWording,
    &security::exposed_datastore::ExposedDatastore,
    &security::missing_authentication::MissingAuthentication,
    &security::missing_object_authorization::MissingObjectAuthorization,
    &security::missing_rate_limit::MissingRateLimit,
    &security::plaintext_transport::PlaintextTransport,
    &security::sensitive_data_spread::SensitiveDataSpread,
    &security::unencrypted_at_rest::UnencryptedAtRest,
    &structure::kind_edge_mismatch::KindEdgeMismatch,
    &structure::placeholder_value::PlaceholderValue,
    &structure::purposeless_element::PurposelessElement,
    &structure::spec_section_missing::SpecSectionMissing,
    &structure::unreachable_component::UnreachableComponent,
];

/// Returns what is known about every rule, those of the language too, in
/// alphabetical order.
pub fn infos() -> Vec<RuleInfo> {
    let about = ALL
        .iter()
        .map(|rule| (rule.about(), rule.options()))
        .chain(language::ABOUT.iter().map(|about| (*about, [].as_slice())));
    let mut infos: Vec<RuleInfo> = about
        .map(|(about, options)| RuleInfo {
            name: about.name,
            category: about.category,
            summary: about.summary,
            severity: about.severity,
            confidence: about.confidence,
            profiles: sets::profiles(&about),
            page: about.page,
            options,
        })
        .collect();
    infos.sort_by_key(|info| info.name);
    infos
}
