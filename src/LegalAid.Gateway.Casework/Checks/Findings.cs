using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Gathers what one check finds. Lives as long as the check runs; not thread-safe.</summary>
/// <param name="prefix">Put before every fault's field: where in the payload the reading stands.</param>
internal sealed class Findings(string prefix = "")
{
    private readonly List<Fault> _faults = [];
    private readonly List<FlagCode> _flags = [];
    private readonly List<FlagCode> _judged = [];

    public CheckFindings Result =>
        new(new EquatableList<Fault>(_faults), new EquatableList<FlagCode>(_flags), new EquatableList<FlagCode>(_judged));

    public void Fault(FaultCode code, string field, params string[] arguments) =>
        _faults.Add(Faults.Fault.With(code, field, arguments).Under(prefix));

    public void FaultIf(bool found, FaultCode code, string field, params string[] arguments)
    {
        if (found)
        {
            Fault(code, field, arguments);
        }
    }

    /// <summary>Decides on the flag: raised where it is found, withdrawn where an earlier step raised it and it is not.</summary>
    public void FlagIf(bool found, FlagCode flag)
    {
        _judged.Add(flag);
        if (found)
        {
            _flags.Add(flag);
        }
    }
}
