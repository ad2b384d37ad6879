using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>
/// Turns a checked draft into exchange types: one for each variant, <c>{id}.{variant}</c>, or one of the file's id where there are none.
/// A variant adds to the opening step (values, checks, attachments), keeps some of the clocks and may add its legal basis.
/// </summary>
internal static class TypeCompiler
{
    public static IEnumerable<ExchangeType> Compile(TypeDraft draft)
    {
        var common = Common(draft);
        return draft.Variants.IsEmpty ? [Sealed(common)] : draft.Variants.Select(variant => Sealed(Vary(common, variant)));
    }

    private static ExchangeType Sealed(ExchangeType type) => type with { Digest = TypeDigest.Of(type) };

    private static ExchangeType Common(TypeDraft draft) => new()
    {
        Id = new ExchangeTypeId(Checked(draft.Id).Text),
        Title = Checked(draft.Title),
        Digest = "",
        LegalBasis = draft.Basis,
        Roles =
        [
            .. draft.Roles.Select(role => new RoleDefinition(Role(role.Name), Checked(role.Title), Texts(role.Reads), Texts(role.OpenTo))),
        ],
        States = [.. draft.States.Select(state => new StateDefinition(State(state.Name), Checked(state.Title), state.Final))],
        Steps = [.. draft.Steps.OrderBy(step => step.From is not null).Select(Step)],
        Clocks = [.. draft.Clocks.Select(Clock)],
        Holds =
        [
            .. draft.Holds.Select(hold => new HoldDefinition(hold.Name.Text, [.. hold.Parts.Select(Formed)], [.. hold.While.Select(State)])
            {
                Span = hold.Span is null ? null : SpanForm.Compile(hold.Span),
            }),
        ],
        Search = [.. draft.Search.Select(search => new SearchDefinition(search.Name.Text, Formed(search.Value)))],
        CaseNumber = draft.CaseNumber is null ? null : PayloadPath.Parse(draft.CaseNumber.Text),
        Retention = Checked(draft.Retention),
        AttachmentKinds = Texts(draft.AttachmentKinds),
        Reference = draft.Reference is null ? null : Reference(draft.Reference),
    };

    private static ReferenceDefinition Reference(ReferenceDraft draft) => new(
        PayloadPath.Parse(draft.Path.Text),
        [.. draft.Types.Select(type => new ExchangeTypeId(type.Text))],
        [.. draft.Effects.Select(effect => new ReferenceEffect([.. effect.On.Select(StepOf)], StepOf(effect.Take), [.. effect.When.Select(Value)]))]);

    private static ExchangeType Vary(ExchangeType common, VariantDraft variant)
    {
        var opening = common.Opening;
        var kept = variant.Clocks?.Select(word => word.Text).ToHashSet(StringComparer.Ordinal);
        return common with
        {
            Id = new ExchangeTypeId($"{common.Id}.{variant.Name.Text}"),
            Title = Checked(variant.Title),
            LegalBasis = variant.Basis is null ? common.LegalBasis : common.LegalBasis.Add(variant.Basis),
            Roles = common.Roles.SetItem(0, common.Roles[0] with { OpenTo = Texts(variant.OpenTo) }),
            Steps = common.Steps.SetItem(0, opening with
            {
                Allow = opening.Allow.AddRange(variant.Allow.Select(Value)),
                Checks = opening.Checks.AddRange(Texts(variant.Checks).Except(opening.Checks, StringComparer.Ordinal)),
                RequiredAttachments = opening.RequiredAttachments.AddRange(variant.RequiredAttachments.Select(set => Texts(set.Items))),
            }),
            Clocks = kept is null ? common.Clocks : [.. common.Clocks.Where(clock => kept.Contains(clock.Name.Value))],
        };
    }

    private static StepDefinition Step(StepDraft step) => new()
    {
        Name = StepOf(step.Name),
        Title = Checked(step.Title),
        By = [.. step.By.Select(Role)],
        From = [.. (step.From ?? []).Select(State)],
        To = step.To is null ? null : State(step.To),
        Payload = Checked(step.Payload).Text,
        Answers = [.. step.Answers.Select(StepOf)],
        Closes = [.. step.Closes.Select(StepOf)],
        Clears = Texts(step.Clears),
        View = step.AppendMax is { } max
            ? new ViewChange.Append(Checked(step.Section).Text, max)
            : step.ChangeFrom is null ? new ViewChange.Put(Checked(step.Section).Text)
            : step.Extends ? new ViewChange.Extend(Checked(step.Section).Text, PayloadPath.Parse(step.ChangeFrom.Text))
            : new ViewChange.Patch(Checked(step.Section).Text, PayloadPath.Parse(step.ChangeFrom.Text)),
        Parties =
        [
            .. step.Parties.Select(party => new PartyRule(
                Role(party.Role), party.From is null ? null : PayloadPath.Parse(party.From.Text), party.Else?.Text, Texts(party.Kinds), party.Required)),
        ],
        Releases = [.. step.Releases.Select(Role)],
        DeliverTo = [.. step.Deliver.Select(Role)],
        Overtakes = step.Overtakes,
        RequiredAttachments = [.. step.RequiredAttachments.Select(set => Texts(set.Items))],
        Allow = [.. step.Allow.Select(Value)],
        Checks = Texts(step.Checks),
        Together = step.Together is { } joint ? new JointStep(PayloadPath.Parse(joint.Exchange.Text), StepOf(joint.Take), PayloadPath.Parse(joint.Payload.Text)) : null,
    };

    private static ClockDefinition Clock(ClockDraft clock) => new()
    {
        Name = new ClockName(clock.Name.Text),
        Title = Checked(clock.Title),
        Kind = clock.Kind,
        Obligated = Role(Checked(clock.Obligated)),
        Start = [.. clock.Start.Select(Trigger)],
        Stop = [.. clock.Stop.Select(StepOf)],
        Cancel = [.. clock.Cancel.Select(StepOf)],
        Pause = [.. clock.Pause.Select(StepOf)],
        Resume = [.. clock.Resume.Select(StepOf)],
        Standstills =
        [
            .. clock.Standstills.Select(standstill => new StandstillRule(
                [.. standstill.From.Select(StepOf)], [.. standstill.Until.Select(StepOf)], PathOf(standstill.Each), PathOf(standstill.At))),
        ],
        Limit = clock.Limit?.Value ?? (clock.Due is null ? throw Unchecked() : default),
        Due = PathOf(clock.Due),
        PassesOn = clock.PassesOn,
        Tell = [.. clock.Tell.Select(Role)],
        Counting = clock.Counting ?? throw Unchecked(),
        Warnings = [.. clock.Warnings.Select(warning => warning.Lead)],
        When = [.. clock.When.Select(Value)],
        Basis = Checked(clock.Basis),
    };

    private static ClockTrigger Trigger(TriggerDraft trigger) => trigger switch
    {
        { Fact: { } path } => new ClockTrigger.Fact(PayloadPath.Parse(path.Text)),
        { Expired: { } clock } => new ClockTrigger.Expired(new ClockName(clock.Text)),
        { Step: { } step, To: { } role } => new ClockTrigger.Delivered(StepOf(step), Role(role)),
        { Step: { } step } => new ClockTrigger.Taken(StepOf(step)),
        _ => throw Unchecked(),
    };

    private static PayloadPath? PathOf(Word? word) => word is null ? null : PayloadPath.Parse(word.Text);

    private static FormedPath Formed(FormedDraft draft) => new(PayloadPath.Parse(draft.Path.Text), draft.Form);

    private static ValueRule Value(ValueDraft draft) => new(PayloadPath.Parse(draft.Path.Text), Texts(draft.Values), draft.Negated);

    private static ImmutableArray<string> Texts(ImmutableArray<Word> words) => [.. words.Select(word => word.Text)];

    private static RoleName Role(Word word) => new(word.Text);

    private static StateName State(Word word) => new(word.Text);

    private static StepName StepOf(Word word) => new(word.Text);

    private static T Checked<T>(T? value)
        where T : class =>
        value ?? throw Unchecked();

    private static InvalidOperationException Unchecked() => new("an exchange type's draft is incomplete, and no fault says so");
}
