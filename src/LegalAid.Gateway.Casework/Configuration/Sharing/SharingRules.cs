using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Sharing;

/// <summary>What must hold between the rows of the matrix, and between them and what they speak of.</summary>
/// <param name="agencies">Names of the directory.</param>
/// <param name="types">
/// The exchange types, variants apart; null where one of them has a fault: then nothing is looked for in them, so that one slip is one
/// fault.
/// </param>
internal sealed class SharingRules(Declared agencies, IReadOnlyDictionary<ExchangeTypeId, ExchangeType>? types, IPayloadSchemas schemas, FaultSink faults)
{
    public void Check(ImmutableArray<RowDraft> rows)
    {
        MapReader.Once([.. rows.Select(row => row.Id).OfType<Word>()], faults);
        foreach (var row in rows)
        {
            agencies.Require(row.Owner);
            agencies.Require(row.Who?.Agencies ?? []);
            CheckObject(row);
        }
    }

    private void CheckObject(RowDraft row)
    {
        switch (row.May)
        {
            case null:
                return;
            case { Kind: SharedKind.Call } call:
                CheckCalls(row, call);
                return;
            case { Kind: SharedKind.Service } service:
                CheckServices(service);
                CheckCondition(row, types?.Values);
                return;
            case { IsOfExchange: true } ofExchange:
                CheckTypes(row, ofExchange);
                return;
            default:
                CheckCondition(row, types?.Values);
                return;
        }
    }

    private void CheckCalls(RowDraft row, ObjectDraft call)
    {
        foreach (var name in call.Names.Where(name => Operation.Find(name.Text) is null))
        {
            faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "操作 operation", name.Text);
        }

        if (row.When is { At: { } at } when && (when.NeedsExchange || when.OwnRegion))
        {
            faults.Add(at, SharingFaults.ConditionIdle);
        }
    }

    private void CheckServices(ObjectDraft service)
    {
        foreach (var name in service.Names)
        {
            if (name.Text.Split('/') is [var agency, var own] && NameForm.IsName(agency) && NameForm.IsName(own))
            {
                agencies.Require(name with { Text = agency });
            }
            else
            {
                faults.Add(name.At, SharingFaults.ServiceInvalid);
            }
        }
    }

    private void CheckTypes(RowDraft row, ObjectDraft may)
    {
        if (types is null)
        {
            return;
        }

        var found = new List<ExchangeType>();
        foreach (var name in may.Names)
        {
            if (types.TryGetValue(new ExchangeTypeId(name.Text), out var type))
            {
                found.Add(type);
            }
            else
            {
                faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "业务类型 exchange type", name.Text);
            }
        }

        if (found.Count < may.Names.Length)
        {
            return;
        }

        foreach (var step in may.Steps.Where(step => found.Any(type => type.FindStep(new StepName(step.Text)) is null)))
        {
            faults.Add(step.At, ConfigurationFaults.ReferenceUnknown, "步骤 step", step.Text);
        }

        if (may.Kind == SharedKind.Take && row.When is { NeedsExchange: true, At: { } at }
            && may.Steps.Any(step => found.Any(type => type.Opening.Name.Value == step.Text)))
        {
            faults.Add(at, SharingFaults.ConditionIdle);
        }

        CheckCondition(row, found, all: true);
        CheckFields(row, found);
    }

    /// <summary>Roles and states are those of the types spoken of: of each, or of one at least where none is named.</summary>
    private void CheckCondition(RowDraft row, IEnumerable<ExchangeType>? among, bool all = false)
    {
        var known = among?.ToList();
        if (known is null)
        {
            return;
        }

        bool Known(Func<ExchangeType, bool> has) => all ? known.All(has) : known.Any(has);
        foreach (var role in row.When.Roles.Where(role => !IsSupervisor(role, row) && !Known(type => type.Roles.Any(own => own.Name.Value == role.Text))))
        {
            faults.Add(role.At, ConfigurationFaults.ReferenceUnknown, "角色 role", role.Text);
        }

        foreach (var state in row.When.States.Where(state => !Known(type => type.States.Any(own => own.Name.Value == state.Text))))
        {
            faults.Add(state.At, ConfigurationFaults.ReferenceUnknown, "状态 state", state.Text);
        }
    }

    /// <summary>A supervisor is told of clocks, and of nothing else.</summary>
    private static bool IsSupervisor(Word role, RowDraft row) => role.Text == RoleName.Supervisor.Value && row.May is { Kind: SharedKind.Clocks };

    private void CheckFields(RowDraft row, List<ExchangeType> found)
    {
        foreach (var field in row.Fields.Where(field => field.Text != "*" && FieldList.IsPath(field.Text)))
        {
            if (found.FirstOrDefault(type => !HasField(type, field.Text)) is { } without)
            {
                faults.Add(field.At, SharingFaults.FieldUnknown, field.Text, without.Id.Value);
            }
        }
    }

    /// <summary>Whether a step puts the section and its payload may have the field.</summary>
    private bool HasField(ExchangeType type, string field)
    {
        var names = field.Split('.');
        var inner = names[1..].TakeWhile(name => name != "*").ToList();
        return type.Steps.Any(step => step.View is ViewChange.Append append && append.Section == names[0] && inner.Count == 0)
            || type.Steps.Any(step => step.View is ViewChange.Put put && put.Section == names[0]
            && (inner.Count == 0 || (PayloadPath.TryParse(string.Join('.', inner), out var path) && schemas.Find(step.Payload)?.HasField(path) == true)));
    }
}
