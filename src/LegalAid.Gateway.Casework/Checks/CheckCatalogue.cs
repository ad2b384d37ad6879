using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>The checks and finders that exchange types may name. A name that a type uses and that is not here stops the load.</summary>
public sealed class CheckCatalogue(
    IReadOnlyDictionary<string, Check> checks,
    IReadOnlyDictionary<string, PartyFinder> finders,
    IEnumerable<FlagCode> flags)
{
    private readonly FrozenDictionary<string, Check> _checks = checks.ToFrozenDictionary(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, PartyFinder> _finders = finders.ToFrozenDictionary(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, FlagCode> _flags = flags.ToFrozenDictionary(flag => flag.Code, StringComparer.Ordinal);

    public IReadOnlyCollection<string> CheckNames => _checks.Keys;

    public IReadOnlyCollection<string> FinderNames => _finders.Keys;

    /// <summary>The check of that name; a type that names an unknown one did not load, so absence is a bug.</summary>
    public Check Check(string name) => _checks[name];

    public PartyFinder Finder(string name) => _finders[name];

    public FlagCode? FindFlag(string code) => _flags.GetValueOrDefault(code);
}
