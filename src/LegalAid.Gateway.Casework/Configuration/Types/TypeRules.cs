using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>What the gateway offers to exchange types.</summary>
internal sealed record TypeSurroundings(IPayloadSchemas Schemas, IReadOnlySet<string> Checks, IReadOnlySet<string> Finders);

/// <summary>
/// Checks one exchange type whole: every name that is referred to is there, every path leads somewhere, every state is reached and
/// left. A name is looked for only in a list all of whose entries could be read, so that one slip is one fault.
/// </summary>
internal sealed class TypeRules
{
    private readonly TypeDraft _type;
    private readonly TypeSurroundings _around;
    private readonly FaultSink _faults;
    private readonly Declared _roles, _states, _steps, _clocks, _attachments;

    private TypeRules(TypeDraft type, TypeSurroundings around, FaultSink faults)
    {
        _type = type;
        _around = around;
        _faults = faults;
        _roles = new Declared("角色 role", [.. type.Roles.Select(role => role.Name)], IsWhole("roles", type.Roles.Length), faults);
        _states = new Declared("状态 state", [.. type.States.Select(state => state.Name)], IsWhole("states", type.States.Length), faults);
        _steps = new Declared("步骤 step", [.. type.Steps.Select(step => step.Name)], IsWhole("steps", type.Steps.Length), faults);
        _clocks = new Declared("时钟 clock", [.. type.Clocks.Select(clock => clock.Name)], IsWhole("clocks", type.Clocks.Length), faults);
        _attachments = new Declared("材料类别 attachment kind", type.AttachmentKinds, IsWhole("attachment-kinds", type.AttachmentKinds.Length), faults);
    }

    public static void Check(TypeDraft type, TypeSurroundings around, FaultSink faults, FaultSink warnings)
    {
        var rules = new TypeRules(type, around, faults);
        rules.CheckDeclarations();
        var paths = new TypePaths(type, around.Schemas, faults);
        StateGraph.Check(type, faults);
        rules.CheckRoles(paths, warnings);
        foreach (var step in type.Steps)
        {
            rules.CheckStep(step, paths);
        }

        ClockRules.Check(type, paths, rules._steps, rules._roles, rules._clocks, faults);
        rules.CheckHolds(paths);
        rules.CheckReference(paths);
        rules.CheckVariants(paths);
    }

    private bool IsWhole(string key, int read) => _type.At.Find(key) switch
    {
        null => true,
        YamlList list => list.Items.Length == read,
        _ => false,
    };

    private void CheckDeclarations()
    {
        foreach (var declared in new[] { _roles, _states, _steps, _clocks })
        {
            declared.CheckOnce();
        }

        MapReader.Once([.. _type.Holds.Select(hold => hold.Name)], _faults);
        MapReader.Once([.. _type.Search.Select(search => search.Name)], _faults);
        MapReader.Once([.. _type.Variants.Select(variant => variant.Name)], _faults);
    }

    private void CheckRoles(TypePaths paths, FaultSink warnings)
    {
        var filled = _type.Steps.SelectMany(step => step.Parties).Select(party => party.Role.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var (role, index) in _type.Roles.Select((role, index) => (role, index)))
        {
            if (role.Name.Text == RoleName.Supervisor.Value || role.Name.Text == RoleName.Gateway.Value)
            {
                _faults.Add(role.Name.At, ExchangeTypeFaults.RoleReserved);
            }
            else if (index > 0 && !filled.Contains(role.Name.Text))
            {
                _faults.Add(role.Name.At, ExchangeTypeFaults.RoleUnfilled);
            }

            foreach (var section in role.Reads)
            {
                paths.CheckSection(section);
            }

            CheckKinds(role.OpenTo);
            var wanted = index == 0 && _type.Variants.IsEmpty;
            if (role.OpenTo.IsEmpty == wanted)
            {
                _faults.Add(role.Name.At, ExchangeTypeFaults.OpenToMisplaced);
            }
        }

        paths.WarnOfUnread(_type.Roles.SelectMany(role => role.Reads).Select(word => word.Text).ToHashSet(StringComparer.Ordinal), warnings);
    }

    private void CheckKinds(ImmutableArray<Word> kinds)
    {
        foreach (var kind in kinds.Where(kind => !AgencyKinds.All.Contains(kind.Text)))
        {
            _faults.Add(kind.At, ConfigurationFaults.ReferenceUnknown, "机构类别 agency kind", kind.Text);
        }
    }

    private void CheckStep(StepDraft step, TypePaths paths)
    {
        if (step.By.Any(role => role.Text == RoleName.Gateway.Value))
        {
            CheckGateways(step);
        }
        else
        {
            _roles.Require(step.By);
        }

        _steps.Require(step.Answers);
        _steps.Require(step.Closes);
        _roles.Require(step.Releases);
        _roles.Require(step.Deliver);
        _states.Require(step.From ?? []);
        _states.Require(step.To);
        foreach (var role in step.Releases)
        {
            CheckNotOpener(role);
        }

        if (step.ChangeFrom is not null)
        {
            paths.CheckPayload(step, step.ChangeFrom);
            paths.CheckSection(step.Section);
        }

        foreach (var section in step.Clears.Where(section => paths.CheckSection(section) && (section.Text == step.Section?.Text || IsUsed(section.Text))))
        {
            _faults.Add(section.At, ExchangeTypeFaults.SectionKept, section.Text);
        }

        foreach (var party in step.Parties)
        {
            CheckParty(step, party, paths);
        }

        CheckOpeningLike(step, step.Allow, step.Checks, step.RequiredAttachments, paths);
        CheckTogether(step, paths);
    }

    /// <summary>Whether holds, search, clocks or what the type refers to look into the section.</summary>
    private bool IsUsed(string section) =>
        _type.Holds.SelectMany(hold => hold.Parts.Select(part => part.Path).Concat([hold.Span?.From, hold.Span?.To, hold.Span?.Before?.Path, hold.Span?.After?.Path]))
            .Concat(_type.Search.Select(search => search.Value.Path))
            .Concat(_type.Clocks.SelectMany(clock => clock.When.Select(rule => rule.Path).Concat(clock.Start.Select(trigger => trigger.Fact)).Append(clock.Due)))
            .Concat([_type.CaseNumber, _type.Reference?.Path])
            .Concat(_type.Reference?.Effects.SelectMany(effect => effect.When.Select(rule => rule.Path)) ?? [])
            .OfType<Word>().Any(path => path.Text.StartsWith(section + ".", StringComparison.Ordinal));

    /// <summary>What is taken along is decided by its own payload, which stands in this one's, and brings no documents; nothing is taken along with it in turn.</summary>
    private void CheckTogether(StepDraft step, TypePaths paths)
    {
        if (step.Together is not { } joint)
        {
            return;
        }

        paths.CheckPayload(step, joint.Exchange);
        paths.CheckPayload(step, joint.Payload);
        _steps.Require(joint.Take);
        if (_type.Steps.FirstOrDefault(taken => taken.Name.Text == joint.Take.Text) is not { } along)
        {
            return;
        }

        if (step.From is null || along.From is null || along.Together is not null || !along.RequiredAttachments.IsEmpty
            || step.By.Concat(along.By).Any(role => role.Text == RoleName.Gateway.Value))
        {
            _faults.Add(joint.Take.At, ExchangeTypeFaults.TogetherStep);
        }
        else if (paths.IsMessage(step, joint.Exchange))
        {
            _faults.Add(joint.Exchange.At, ExchangeTypeFaults.TogetherExchange, joint.Exchange.Text);
        }
        else if (!paths.HasPayloadAt(step, joint.Payload, along))
        {
            _faults.Add(joint.Payload.At, ExchangeTypeFaults.TogetherPayload, joint.Payload.Text, along.Payload?.Text ?? "");
        }
    }

    /// <summary>
    /// Checks and finders look at who takes a step, and documents come from somebody: the gateway's own steps have none of them. Where the gateway opens, on behalf of the first
    /// role's holder, its payload names the other parties.
    /// </summary>
    private void CheckGateways(StepDraft step)
    {
        if (step.By.Length > 1 || !step.Checks.IsEmpty || !step.RequiredAttachments.IsEmpty || step.Parties.Any(party => step.From is not null || party.Else is not null))
        {
            _faults.Add(step.Name.At, ExchangeTypeFaults.GatewaysStep);
        }
    }

    private void CheckParty(StepDraft step, PartyDraft party, TypePaths paths)
    {
        _roles.Require(party.Role);
        CheckNotOpener(party.Role);
        CheckKinds(party.Kinds);
        if (party.From is null && party.Else is null)
        {
            _faults.Add(party.At, ExchangeTypeFaults.PartySource);
        }

        if (party.From is not null)
        {
            paths.CheckPayload(step, party.From);
        }

        if (party.Else is not null && !_around.Finders.Contains(party.Else.Text))
        {
            _faults.Add(party.Else.At, ExchangeTypeFaults.FinderUnknown, party.Else.Text);
        }
    }

    /// <summary>What a step has, and what a variant adds to the opening step.</summary>
    private void CheckOpeningLike(
        StepDraft step, ImmutableArray<ValueDraft> allow, ImmutableArray<Word> checks, ImmutableArray<Words> attachments, TypePaths paths)
    {
        foreach (var rule in allow)
        {
            paths.CheckPayload(step, rule.Path);
        }

        foreach (var check in checks.Where(check => !_around.Checks.Contains(check.Text)))
        {
            _faults.Add(check.At, ExchangeTypeFaults.CheckUnknown, check.Text);
        }

        foreach (var set in attachments)
        {
            _attachments.Require(set.Items);
        }
    }

    private void CheckNotOpener(Word role)
    {
        if (_type.Roles.Length > 0 && role.Text == _type.Roles[0].Name.Text)
        {
            _faults.Add(role.At, ExchangeTypeFaults.RoleOpener);
        }
    }

    private void CheckHolds(TypePaths paths)
    {
        var final = _type.States.Where(state => state.Final).Select(state => state.Name.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var hold in _type.Holds)
        {
            _states.Require(hold.While);
            foreach (var state in hold.While.Where(state => final.Contains(state.Text)))
            {
                _faults.Add(state.At, ExchangeTypeFaults.HoldFinal, state.Text);
            }

            foreach (var part in hold.Parts)
            {
                paths.CheckView(part.Path);
            }

            foreach (var path in new[] { hold.Span?.From, hold.Span?.To, hold.Span?.Before?.Path, hold.Span?.After?.Path }.OfType<Word>())
            {
                paths.CheckView(path);
            }
        }

        foreach (var search in _type.Search)
        {
            paths.CheckView(search.Value.Path);
        }

        if (_type.CaseNumber is not null && paths.CheckView(_type.CaseNumber))
        {
            paths.CheckFromOpening(_type.CaseNumber);
        }
    }

    private void CheckReference(TypePaths paths)
    {
        if (_type.Reference is not { } reference)
        {
            return;
        }

        // The ledger looks when the exchange is opened, and at no other time.
        if (paths.CheckView(reference.Path) && _type.Opening is { Section: { } section, ChangeFrom: null }
            && !reference.Path.Text.StartsWith(section.Text + ".", StringComparison.Ordinal))
        {
            _faults.Add(reference.Path.At, ExchangeTypeFaults.ReferenceNotOpening);
        }

        if (!reference.Effects.IsEmpty && _type.Search.All(search => search.Value.Path.Text != reference.Path.Text))
        {
            _faults.Add(reference.Path.At, ExchangeTypeFaults.ReferenceUnsearchable);
        }

        foreach (var effect in reference.Effects)
        {
            _steps.Require(effect.On);
            foreach (var rule in effect.When)
            {
                paths.CheckView(rule.Path);
            }
        }
    }

    private void CheckVariants(TypePaths paths)
    {
        foreach (var variant in _type.Variants)
        {
            CheckKinds(variant.OpenTo);
            _clocks.Require(variant.Clocks ?? []);
            if (_type.Opening is { } opening)
            {
                CheckOpeningLike(opening, variant.Allow, variant.Checks, variant.RequiredAttachments, paths);
            }

            ClockRules.CheckVariant(_type, variant, _faults);
        }

        if (!_type.Variants.IsEmpty && _type.Variants.All(variant => variant.Clocks is not null))
        {
            var used = _type.Variants.SelectMany(variant => variant.Clocks ?? []).Select(clock => clock.Text).ToHashSet(StringComparer.Ordinal);
            foreach (var clock in _type.Clocks.Where(clock => !used.Contains(clock.Name.Text)))
            {
                _faults.Add(clock.Name.At, ExchangeTypeFaults.ClockUnused);
            }
        }
    }
}
