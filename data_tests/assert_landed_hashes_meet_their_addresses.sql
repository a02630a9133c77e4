-- An address that was hashed while landing is the same person as the address that a connector brought in the
-- open, a hash is never hashed again, and what merely begins like one is an ordinary value.
with addresses as (
    select
        ' Ada.Byron@Example.org ' as typed,
        'ada.byron@example.org' as stored
),

hashes as (
    select
        {{ hash_pii('typed') }} as hash_of_typed,
        {{ hash_pii('stored') }} as hash_of_stored
    from addresses
),

landed as (
    select
        hash_of_typed,
        hash_of_stored,
        'sha256:' || hash_of_stored as landed_value,
        'sha256:' || substr(hash_of_stored, 1, 12) as too_short
    from hashes
),

rehashed as (
    select
        *,
        {{ hash_pii('landed_value') }} as hash_of_landed,
        {{ hash_pii('too_short') }} as hash_of_too_short
    from landed
),

final as (
    select *
    from rehashed
    where
        hash_of_typed is distinct from hash_of_stored
        or length(hash_of_stored) <> 64
        or hash_of_landed is distinct from hash_of_stored
        or length(hash_of_too_short) <> 64
)

select * from final
