using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Writes what belongs to no exchange: quotas, revoked tokens, configurations, settings.</summary>
internal sealed class RegisterWriter(SoloWrites writes, PostgresStoreOptions options)
{
    public const string TakeQuotaSql = """
        WITH forgotten AS (
            DELETE FROM quota WHERE (key, starts_at) IN (
                SELECT key, starts_at FROM quota WHERE expires_at <= $5 ORDER BY expires_at LIMIT 16 FOR UPDATE SKIP LOCKED))
        INSERT INTO quota (key, starts_at, expires_at, used, taken) VALUES ($1, $2, $3, greatest(1, $4 / 8), greatest(1, $4 / 8))
        ON CONFLICT (key, starts_at) DO UPDATE
        SET used = quota.used + greatest(1, ($4 - quota.used) / 8), taken = greatest(1, ($4 - quota.used) / 8) WHERE quota.used < $4
        RETURNING taken, used
        """;

    public const string RevokeSql = """
        WITH forgotten AS (
            DELETE FROM revoked WHERE token = ANY (ARRAY (
                SELECT token FROM revoked WHERE expires_at <= $3 AND token <> $1 ORDER BY expires_at LIMIT 16 FOR UPDATE SKIP LOCKED)))
        INSERT INTO revoked (token, expires_at) VALUES ($1, $2) ON CONFLICT (token) DO NOTHING
        """;

    public const string LockConfigurationSql = "SELECT pg_advisory_xact_lock($1)";

    public const string ArchiveSql = "INSERT INTO configuration (digest, content) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";

    public const string ActivateSql = """
        INSERT INTO active_configuration (one, digest) VALUES (true, $1)
        ON CONFLICT (one) DO UPDATE SET digest = excluded.digest WHERE active_configuration.digest <> excluded.digest
        """;

    public const string PutSettingSql =
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    public const string KeepSettingSql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";

    public const string SwapSettingSql = "UPDATE setting SET value = $2 WHERE name = $1 AND value = $3";

    public const string DropSettingSql = "DELETE FROM setting WHERE name = $1 AND value = $2";

    /// <summary>May be repeated over a lost answer: the slice that is lost is counted and used by nobody.</summary>
    public ValueTask<QuotaSlice> TakeQuotaAsync(QuotaWindow window, int limit, DateTimeOffset now, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            var taken = await transaction.ListAsync(
                TakeQuotaSql,
                to => to.With(window.Key).With(window.Start).With(window.End + QuotaWindow.KeptAfter).With(limit).With(now),
                static row => new QuotaSlice(row.GetInt32(0), row.GetInt32(1))).ConfigureAwait(false);
            return (taken.IsEmpty ? new QuotaSlice(0, limit) : taken[0], true);
        },
        cancellationToken);

    public async ValueTask RevokeAsync(
        ImmutableArray<byte> token, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        await writes.RunAsync(repeatable: true, RevokeSql, to => to.With(token).With(expires).With(now), cancellationToken).ConfigureAwait(false);

    public async ValueTask ArchiveAsync(string digest, byte[] content, CancellationToken cancellationToken) =>
        await writes.RunAsync(repeatable: true, ArchiveSql, to => to.With(digest).With(content), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Waits for every group that was decided by the configuration before, and holds back those that come: none commits under it afterwards. Repeated over
    /// a lost answer, it finds its own activation.
    /// </summary>
    public ValueTask<ActivationOutcome> ActivateAsync(ConfigurationActivation activation, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            await transaction.CallAsync(LockConfigurationSql, Locks.OfConfiguration(options.Schema)).ConfigureAwait(false);
            var active = (await transaction.ListAsync(ContentReader.ActiveConfigurationSql, static _ => { }, static row => row.GetString(0)).ConfigureAwait(false))
                .FirstOrDefault();
            if (active == activation.Digest)
            {
                return (ActivationOutcome.AlreadyActive, false);
            }

            if (active != activation.From)
            {
                return (ActivationOutcome.Moved, false);
            }

            await transaction.ExecuteAsync(ActivateSql, to => to.With(activation.Digest)).ConfigureAwait(false);
            await transaction.ExecuteAsync(ArchiveSql, to => to.With(activation.Digest).With(activation.Content)).ConfigureAwait(false);
            if (activation.Mark is { } mark)
            {
                await transaction.ExecuteAsync(KeepSettingSql, to => to.With(mark).With(activation.Digest)).ConfigureAwait(false);
            }

            await transaction.AppendLeafAsync(activation.Leaf).ConfigureAwait(false);
            return (ActivationOutcome.Activated, true);
        },
        cancellationToken);

    public ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: true,
        async transaction =>
        {
            await transaction.ExecuteAsync(KeepSettingSql, to => to.With(name).With(value)).ConfigureAwait(false);
            var stands = await transaction.ListAsync(ContentReader.FindSettingSql, to => to.With(name), static row => row.GetString(0))
                .ConfigureAwait(false);
            return (stands[0], true);
        },
        cancellationToken);

    /// <summary>In the order of names, so that two changes of the same settings wait for each other and not in a circle.</summary>
    public ValueTask<bool> ChangeSettingsAsync(ImmutableArray<SettingChange> changes, LeafRow leaf, CancellationToken cancellationToken) => writes.RunAsync(
        repeatable: false, // after a lost answer it would find its own change in its way
        async transaction =>
        {
            foreach (var change in changes.OrderBy(change => change.Name, StringComparer.Ordinal))
            {
                if (await ChangeAsync(transaction, change).ConfigureAwait(false) == 0)
                {
                    return (false, false);
                }
            }

            await transaction.AppendLeafAsync(leaf).ConfigureAwait(false);
            return (true, true);
        },
        cancellationToken);

    private static Task<int> ChangeAsync(SoloTransaction transaction, SettingChange change) => change switch
    {
        { Expected: null, Value: { } value } => transaction.ExecuteAsync(KeepSettingSql, to => to.With(change.Name).With(value)),
        { Expected: { } expected, Value: { } value } => transaction.ExecuteAsync(SwapSettingSql, to => to.With(change.Name).With(value).With(expected)),
        { Expected: { } expected } => transaction.ExecuteAsync(DropSettingSql, to => to.With(change.Name).With(expected)),
        _ => throw new InvalidOperationException("a change that changes nothing"),
    };

    public async ValueTask PutSettingAsync(string name, string value, CancellationToken cancellationToken) =>
        await writes.RunAsync(repeatable: true, PutSettingSql, to => to.With(name).With(value), cancellationToken).ConfigureAwait(false);
}
