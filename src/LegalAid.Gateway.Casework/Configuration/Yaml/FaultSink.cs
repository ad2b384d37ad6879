using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>Gathers faults of one load; bounded. Not thread-safe.</summary>
internal sealed class FaultSink(int max)
{
    private readonly List<ConfigurationFault> _faults = [];

    public int Count => _faults.Count;

    public void Add(YamlNode at, FaultCode code, params string[] arguments) => Add(at.Place, code, arguments);

    public void Add(YamlPlace at, FaultCode code, params string[] arguments) =>
        Add(new ConfigurationFault(Fault.With(code, at.Path, arguments), at.File, at.Line, at.Column));

    public void Add(ConfigurationFault fault)
    {
        if (_faults.Count < max)
        {
            _faults.Add(fault);
        }
        else if (_faults.Count == max)
        {
            _faults.Add(fault with { Fault = Fault.With(ConfigurationFaults.TooManyFaults, "", $"{max}") });
        }
    }

    /// <summary>By file, line and column; faults at one place in the order in which they were found.</summary>
    public IReadOnlyList<ConfigurationFault> Sorted() =>
    [
        .. _faults
            .OrderBy(fault => fault.File, StringComparer.Ordinal)
            .ThenBy(fault => fault.Line)
            .ThenBy(fault => fault.Column),
    ];
}
