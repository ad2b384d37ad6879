using System.Collections.Concurrent;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Texts of the key folder by name, each read at most once a second: a new one is used within seconds, and a thousand calls do not read it a thousand times. Safe on
/// any thread.
/// </summary>
/// <param name="read">Null where there is none of that name.</param>
internal sealed class FreshSecrets(Func<string, string?> read, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    // By names of the configuration, which bounds it.
    private readonly ConcurrentDictionary<string, (string? Secret, long ReadAt)> _read = new(StringComparer.Ordinal);

    public string? Find(string name)
    {
        if (_read.TryGetValue(name, out var known) && time.GetElapsedTime(known.ReadAt) < Fresh)
        {
            return known.Secret;
        }

        var secret = read(name);
        _read[name] = (secret, time.GetTimestamp());
        return secret;
    }
}
