-- An address that was hashed while landing is the same person as the address that a connector brought in the
-- open, a hash is never hashed again, and what merely begins like one is an ordinary value.
with addresses as (
    select
        ' Ada.Byron@Example.org ' as address_typed,
        'ada.byron@example.org' as address_kept
),

hashed as (
    select
        {{ hash_pii('address_typed') }} as hash_of_typed,
        {{ hash_pii('address_kept') }} as hash_of_kept
    from addresses
),

landed as (
    select
        hash_of_typed,
        hash_of_kept,
        'sha256:' || hash_of_kept as landed_value,
        'sha256:' || substr(hash_of_kept, 1, 12) as too_short
    from hashed
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
        coalesce(hash_of_typed, '') <> hash_of_kept
        or length(hash_of_kept) <> 64
        or coalesce(hash_of_landed, '') <> hash_of_kept
        or length(hash_of_too_short) <> 64
)

select * from final
