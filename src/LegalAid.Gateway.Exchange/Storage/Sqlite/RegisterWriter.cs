using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes what belongs to no exchange: remembered keys, revoked tokens, configurations, settings.</summary>
internal sealed class RegisterWriter(Connection connection, LeafWriter leaves)
{
    /// <summary>Expired keys forgotten with each key remembered: more than one, so that the table shrinks to those that are valid.</summary>
    private const int ForgottenMax = 16;

    public const string PutSettingSql =
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    private readonly Statement _forget = connection.Prepare("""
        DELETE FROM remembered
        WHERE key IN (SELECT key FROM remembered WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
        """);

    private readonly Statement _remember = connection.Prepare("""
        INSERT INTO remembered (key, expires_at) VALUES (?1, ?2)
        ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE remembered.expires_at <= ?3
        """);

    private readonly Statement _forgetQuotas = connection.Prepare("DELETE FROM quota WHERE expires_at <= ?1");

    private readonly Statement _takeQuota = connection.Prepare("""
        INSERT INTO quota (key, starts_at, expires_at, used, taken) VALUES (?1, ?2, ?3, max(1, ?4 / 8), max(1, ?4 / 8))
        ON CONFLICT (key, starts_at) DO UPDATE SET used = used + max(1, (?4 - used) / 8), taken = max(1, (?4 - used) / 8) WHERE used < ?4
        RETURNING taken, used
        """);

    private readonly Statement _forgetRevoked = connection.Prepare("""
        DELETE FROM revoked
        WHERE token IN (SELECT token FROM revoked WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
        """);

    private readonly Statement _revoke = connection.Prepare(
        "INSERT INTO revoked (token, expires_at) VALUES (?1, ?2) ON CONFLICT (token) DO NOTHING");

    private readonly Statement _archive = connection.Prepare(
        "INSERT INTO configuration (digest, content) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING");

    private readonly Statement _activate = connection.Prepare("""
        INSERT INTO active_configuration (one, digest) VALUES (1, ?1)
        ON CONFLICT (one) DO UPDATE SET digest = excluded.digest WHERE active_configuration.digest <> excluded.digest
        """);

    private readonly Statement _activeConfiguration = connection.Prepare(ContentReader.ActiveConfigurationSql);

    private readonly Statement _putSetting = connection.Prepare(PutSettingSql);

    private readonly Statement _dropSetting = connection.Prepare("DELETE FROM setting WHERE name = ?1");

    private readonly Statement _keepSetting = connection.Prepare(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING");

    private readonly Statement _findSetting = connection.Prepare(ContentReader.FindSettingSql);

    /// <summary>A key is remembered while <paramref name="now"/> is before its expiry.</summary>
    public bool TryRemember(ImmutableArray<byte> key, DateTimeOffset now, DateTimeOffset expires)
    {
        _forget.With().Bind(now).Bind(ForgottenMax).Execute();
        return _remember.With().Bind(key.AsSpan()).Bind(expires).Bind(now).Execute() == 1;
    }

    /// <summary>A slice of what is left in the window; none where it is used up.</summary>
    public QuotaSlice TakeQuota(QuotaWindow window, int limit, DateTimeOffset now)
    {
        _forgetQuotas.With().Bind(now).Execute();
        using var rows = _takeQuota.With().Bind(window.Key).Bind(window.Start).Bind(window.End + QuotaWindow.KeptAfter).Bind((long)limit).Query();
        return rows.Next() ? new QuotaSlice(rows.Int32(0), rows.Int32(1)) : new QuotaSlice(0, limit);
    }

    /// <summary>Those that expired are forgotten with each that is noted, as above.</summary>
    public void Revoke(ImmutableArray<byte> token, DateTimeOffset now, DateTimeOffset expires)
    {
        _forgetRevoked.With().Bind(now).Bind(ForgottenMax).Execute();
        _revoke.With().Bind(token.AsSpan()).Bind(expires).Execute();
    }

    public bool Archive(string digest, byte[] content) => _archive.With().Bind(digest).Bind(content).Execute() == 1;

    /// <summary>There is one writer: what is active as it looks is so until it is written.</summary>
    public ActivationOutcome Activate(ConfigurationActivation activation, WriteEffects effects)
    {
        var active = ActiveConfiguration();
        if (active == activation.Digest)
        {
            return ActivationOutcome.AlreadyActive;
        }

        if (active != activation.From)
        {
            return ActivationOutcome.Moved;
        }

        _activate.With().Bind(activation.Digest).Execute();
        Archive(activation.Digest, activation.Content);
        if (activation.Mark is { } mark)
        {
            _keepSetting.With().Bind(mark).Bind(activation.Digest).Execute();
        }

        leaves.Append(activation.Leaf);
        effects.ConfigurationChanged = true;
        return ActivationOutcome.Activated;
    }

    private string? ActiveConfiguration()
    {
        using var rows = _activeConfiguration.With().Query();
        return rows.Next() ? rows.Text(0) : null;
    }

    public void PutSetting(string name, string value) => _putSetting.With().Bind(name).Bind(value).Execute();

    /// <summary>Keeps it unless there is one. Returns what stands.</summary>
    public string KeepSetting(string name, string value)
    {
        _keepSetting.With().Bind(name).Bind(value).Execute();
        return FindSetting(name) ?? throw new InvalidOperationException("a setting was kept, yet is not there");
    }

    /// <summary>There is one writer: what was read is so until it is written.</summary>
    public bool ChangeSettings(ImmutableArray<SettingChange> changes, LeafRow leaf)
    {
        if (changes.Any(change => FindSetting(change.Name) != change.Expected))
        {
            return false;
        }

        foreach (var change in changes)
        {
            if (change.Value is { } value)
            {
                PutSetting(change.Name, value);
            }
            else
            {
                _dropSetting.With().Bind(change.Name).Execute();
            }
        }

        leaves.Append(leaf);
        return true;
    }

    private string? FindSetting(string name)
    {
        using var rows = _findSetting.With().Bind(name).Query();
        return rows.Next() ? rows.Text(0) : null;
    }
}
