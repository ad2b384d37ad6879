using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Suspends, pauses and resumes recipients. One that was never stopped has no row.</summary>
internal sealed class RecipientWriter(Connection connection, LeafWriter leaves)
{
    private readonly Statement _find = connection.Prepare("SELECT suspended, paused_until FROM recipient WHERE agency = ?1");

    private readonly Statement _suspend = connection.Prepare("""
        INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES (?1, 1, ?2, NULL, ?3)
        ON CONFLICT (agency) DO UPDATE SET suspended = 1, cause = excluded.cause, changed_at = excluded.changed_at WHERE suspended = 0
        """);

    private readonly Statement _resume = connection.Prepare("""
        UPDATE recipient SET suspended = 0, cause = ?2, paused_until = NULL, changed_at = ?3
        WHERE agency = ?1 AND (suspended = 1 OR paused_until > ?3)
        """);

    private readonly Statement _pause = connection.Prepare("""
        INSERT INTO recipient (agency, suspended, cause, paused_until, changed_at) VALUES (?1, 0, ?2, ?3, ?4)
        ON CONFLICT (agency) DO UPDATE SET paused_until = excluded.paused_until, changed_at = excluded.changed_at,
            cause = CASE suspended WHEN 1 THEN cause ELSE excluded.cause END
        WHERE paused_until IS NULL OR paused_until < excluded.paused_until
        """);

    /// <summary>Whether deliveries may be handed out to the recipient now.</summary>
    public bool Takes(AgencyId recipient, DateTimeOffset now)
    {
        using var rows = _find.With().Bind(recipient).Query();
        return !rows.Next() || (!rows.Bool(0) && !(rows.InstantOrNull(1) > now));
    }

    /// <summary>False where it is suspended already.</summary>
    public bool Suspend(AgencyId recipient, string cause, DateTimeOffset at, LeafRow leaf)
    {
        var changed = _suspend.With().Bind(recipient).Bind(cause).Bind(at).Execute() == 1;
        if (changed)
        {
            leaves.Append(leaf);
        }

        return changed;
    }

    /// <summary>False where it is neither suspended nor paused.</summary>
    public bool Resume(AgencyId recipient, string cause, DateTimeOffset at, LeafRow leaf, WriteEffects effects)
    {
        var changed = _resume.With().Bind(recipient).Bind(cause).Bind(at).Execute() == 1;
        if (changed)
        {
            leaves.Append(leaf);
            effects.Recipients.Add(recipient);
        }

        return changed;
    }

    /// <summary>An earlier end than known changes nothing.</summary>
    public void Pause(AgencyId recipient, string cause, DateTimeOffset until, DateTimeOffset at) =>
        _pause.With().Bind(recipient).Bind(cause).Bind(until).Bind(at).Execute();
}
