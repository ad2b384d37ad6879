using System.Globalization;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.ConsolePages;
using LegalAid.Gateway.ConsolePages.Pages;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Operations.KeyChanges;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>
/// Answers the staff's pages. Who may what: operators and administrators ask, administrators decide on what others asked for, auditors look. Asking and
/// deciding take a step-up: a sign-in of the last minutes, as strong as the agency's rules say.
/// </summary>
internal sealed partial class ConsoleDesk(
    StaffSignIn signIn, IAgencyIssuers issuers, ISnapshotSource configuration, ApprovalDesk approvals, KeyDesk keys, ConfigurationArchive archive, KeyRing ring, StaffForms forms,
    TimeProvider time)
{
    private const string AskPath = StaffSession.Home + "/new", AskSystemPath = StaffSession.Home + "/new-system";

    private static readonly SystemForm EmptySystem = new("", "", EnrolVerbs.BindingUsual, $"{EnrolVerbs.HoursUsual}", Signs: false, "");

    // The way in and out

    public IResult SignInPage(HttpContext context)
    {
        var back = StaffSession.PathOf(context.Request.Query["return"]);
        SignInChoice[] choices =
        [
            .. issuers.OfStaff.Select(trusted => new SignInChoice(TitleOf(trusted.Agency), StartOf(trusted.Agency, back, stepUp: false))),
        ];
        return Page<SignInPage>(new { Choices = choices });
    }

    public async Task<IResult> StartAsync(HttpContext context, string agency)
    {
        var (back, stepUp) = (context.Request.Query["return"].ToString(), context.Request.Query["fresh"] == "1");
        var begun = AgencyId.TryParse(agency, out var id)
            ? await signIn.BeginAsync(id, back, stepUp, context.RequestAborted)
            : new SignInBegun(SignInOutcome.NoProvider);
        if (begun.Where is not { } where)
        {
            return Refused(begun.Outcome);
        }

        context.Response.Cookies.Append(StaffSession.SignInCookie, begun.Cookie, StaffSession.OptionsOf(StaffSignIn.Patience));
        return Results.Redirect(where.AbsoluteUri);
    }

    public async Task<IResult> ReturnAsync(HttpContext context, string agency)
    {
        var cookie = context.Request.Cookies[StaffSession.SignInCookie];
        context.Response.Cookies.Append(StaffSession.SignInCookie, "", StaffSession.OptionsOf(TimeSpan.Zero));
        var completed = AgencyId.TryParse(agency, out var id)
            ? await signIn.CompleteAsync(id, context.Request.Query, cookie, context.RequestAborted)
            : new SignInCompleted(SignInOutcome.NoProvider);
        if (completed.Member is not { } member)
        {
            return Refused(completed.Outcome);
        }

        await StaffSession.BeginAsync(context, member);
        return Results.Redirect(completed.ReturnTo);
    }

    public async Task<IResult> SignOutAsync(HttpContext context)
    {
        if (await FormAsync(context) is null)
        {
            return Stale(context);
        }

        await context.SignOutAsync(StaffSession.Scheme);
        return Results.Redirect(StaffSession.SignInPath);
    }

    // Approvals

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var member = MemberOf(context);
        var rows = await approvals.ListAsync(context.RequestAborted);
        return Page<ApprovalsPage>(new { Visitor = VisitorOf(context), Approvals = rows.Select(ApprovalViews.Of).ToList(), MayAsk = MayAsk(member) });
    }

    public IResult AskPage(HttpContext context) => AskPage(context, AskPath, () => Page<AskPage>(new { Visitor = VisitorOf(context) }));

    public IResult AskSystemPage(HttpContext context) => AskPage(context, AskSystemPath, () => SystemPage(context, EmptySystem, fault: null));

    public Task<IResult> AskAsync(HttpContext context) => AskAsync(context, AskPath, form =>
    {
        var (exchange, reason) = (form["exchange"].ToString(), form["reason"].ToString());
        return (ApprovalActs.Erase, exchange, reason, fault => Page<AskPage>(
            new { Visitor = VisitorOf(context), Fault = fault, Exchange = exchange, Reason = reason }, StatusCodes.Status400BadRequest));
    });

    public Task<IResult> AskSystemAsync(HttpContext context) => AskAsync(context, AskSystemPath, form =>
    {
        string Typed(string field) => form[field].ToString().Trim();
        var typed = new SystemForm(Typed("agency"), Typed("client"), Typed("binding"), Typed("hours"), Typed("signs").Length > 0, form["reason"].ToString());
        var hours = int.TryParse(typed.Hours, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        var terms = new InviteTerms(typed.Agency, typed.Client, typed.Binding, typed.Signs, hours);
        return (ApprovalActs.Invite, terms.ToJson().ToJsonString(), typed.Reason, fault => SystemPage(context, typed, fault));
    });

    private IResult AskPage(HttpContext context, string path, Func<IResult> page)
    {
        var member = MemberOf(context);
        return !MayAsk(member) ? NotYours(context)
            : !HasSteppedUp(member) ? Results.Redirect(StartOf(member.Agency, path, stepUp: true))
            : page();
    }

    /// <param name="read">Of the form: the act, its target, the reason, and the page again with what is wrong with it.</param>
    private async Task<IResult> AskAsync(
        HttpContext context, string path, Func<IFormCollection, (string Act, string Target, string Reason, Func<LocalizedText, IResult> Again)> read)
    {
        var member = MemberOf(context);
        if (await FormAsync(context) is not { } form)
        {
            return Stale(context);
        }

        if (!MayAsk(member))
        {
            return NotYours(context);
        }

        if (!HasSteppedUp(member))
        {
            return StepUp(context, member, path);
        }

        var (act, target, reason, again) = read(form);

        // Whether the browser waits or not, it is asked for or it is not: the store decides.
        var asked = await approvals.AskAsync(act, target, reason, PersonOf(member), context.RequestAborted);
        return asked.Row is { } row ? Results.Redirect($"{StaffSession.Home}/{row.Id}") : again(ApprovalViews.FaultOf(asked.Fault));
    }

    public async Task<IResult> ShowAsync(HttpContext context, Guid id)
    {
        var member = MemberOf(context);
        return await approvals.FindAsync(new ApprovalId(id), context.RequestAborted) is { } row
            ? Page<ApprovalPage>(new
            {
                Visitor = VisitorOf(context),
                Approval = ApprovalViews.Of(row, time.GetUtcNow()),
                Change = await ChangeOfAsync(row, context.RequestAborted),
                Choice = ChoiceOf(row, member),
                StepUp = StartOf(member.Agency, $"{StaffSession.Home}/{row.Id}", stepUp: true),
            })
            : Unknown(context);
    }

    public async Task<IResult> DecideAsync(HttpContext context, Guid id)
    {
        var member = MemberOf(context);
        if (await FormAsync(context) is not { } form)
        {
            return Stale(context);
        }

        if (member.Role != StaffRole.Administrator)
        {
            return NotYours(context);
        }

        if (!HasSteppedUp(member))
        {
            return StepUp(context, member, $"{StaffSession.Home}/{id}");
        }

        if (form["decision"].ToString() is not ("approve" or "refuse"))
        {
            return Stale(context);
        }

        var outcome = await approvals.DecideAsync(
            new ApprovalId(id), form["decision"] == "approve", form["digest"].ToString(), form["reason"].ToString(), PersonOf(member), context.RequestAborted);
        return outcome switch
        {
            DecideOutcome.Decided => Results.Redirect($"{StaffSession.Home}/{id}"),
            DecideOutcome.Unknown => Unknown(context),
            _ => Notice(context, StatusCodes.Status409Conflict, new("未作决定", "Nothing was decided"), ApprovalViews.TextOf(outcome), $"{StaffSession.Home}/{id}", new("查看", "Look at it")),
        };
    }

    // Who is here, and what they may

    private static bool MayAsk(StaffMember member) => member.Role is StaffRole.Operator or StaffRole.Administrator;

    private bool HasSteppedUp(StaffMember member) =>
        issuers.Of(member.Agency).FirstOrDefault(issuer => issuer.Issuer == member.Issuer)?.Staff is { } rules
        && member.HasSteppedUp(rules, StaffSession.FreshFor, time.GetUtcNow());

    private ApprovalChoice ChoiceOf(ApprovalRow row, StaffMember member) =>
        row.Status != ApprovalStatus.Asked || time.GetUtcNow() >= row.ExpiresAt || member.Role != StaffRole.Administrator ? ApprovalChoice.Look
        : row.AskedBy == member.Key ? ApprovalChoice.OwnRequest
        : HasSteppedUp(member) ? ApprovalChoice.Decide : ApprovalChoice.StepUp;

    private ApprovalPerson PersonOf(StaffMember member) =>
        new(member.Key, member.Name, PersonMark.Of(ring, member.Issuer, member.Subject), member.Role.ToString().ToLowerInvariant());

    /// <summary>The policy of the pages lets nobody else in.</summary>
    private static StaffMember MemberOf(HttpContext context) => context.FindStaff() ?? throw new InvalidOperationException("a page for staff was asked for by nobody");

    private Visitor VisitorOf(HttpContext context)
    {
        var member = MemberOf(context);
        return new Visitor(member.Name, TitleOf(member.Agency), member.Role, new FormToken(StaffForms.Field, forms.TokenOf(member)));
    }

    /// <summary>The form, where one of our pages of this session posted it; else null.</summary>
    private async ValueTask<IFormCollection?> FormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return form[StaffForms.Field] is [{ } token] && forms.IsFrom(MemberOf(context), token) ? form : null;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or BadHttpRequestException)
        {
            return null; // too large, or no form
        }
    }

    private LocalizedText TitleOf(AgencyId agency) => configuration.Current.Agencies.Find(agency)?.Title ?? new LocalizedText(agency.Value, agency.Value);

    private static string StartOf(AgencyId agency, string back, bool stepUp) =>
        $"{StaffSession.SignInPath}/{agency}/start?return={Uri.EscapeDataString(back)}{(stepUp ? "&fresh=1" : "")}";

    // Answers

    private static RazorComponentResult<TPage> Page<TPage>(object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent => new(parameters) { StatusCode = status };

    private RazorComponentResult<AskSystemPage> SystemPage(HttpContext context, SystemForm typed, LocalizedText? fault) => Page<AskSystemPage>(
        new { Visitor = VisitorOf(context), Form = typed, Bindings = EnrolVerbs.Bindings.Keys, Fault = fault },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static RazorComponentResult<NoticePage> Refused(SignInOutcome outcome)
    {
        var status = outcome switch
        {
            SignInOutcome.NoProvider => StatusCodes.Status404NotFound,
            SignInOutcome.ProviderUnavailable => StatusCodes.Status503ServiceUnavailable,
            SignInOutcome.NoRole or SignInOutcome.SeveralRoles => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        };
        return Page<NoticePage>(
            new { Title = new LocalizedText("未能登录", "Not signed in"), Text = ApprovalViews.TextOf(outcome), Way = StaffSession.SignInPath, WayText = new LocalizedText("重新登录", "Sign in again") },
            status);
    }

    private IResult StepUp(HttpContext context, StaffMember member, string back) => Notice(
        context, StatusCodes.Status403Forbidden, new("须再次验证身份", "Prove once more who you are"),
        new("此操作须在最近几分钟内验证过身份。", "This takes a sign-in of the last minutes."), StartOf(member.Agency, back, stepUp: true), new("验证身份", "Verify"));

    private IResult NotYours(HttpContext context) => Notice(
        context, StatusCodes.Status403Forbidden, new("无权操作", "Not yours to do"),
        new("您的角色不能办理此事项；操作员、审计员、管理员相互分离。", "Your role does not do this: operators, auditors and administrators are kept apart."),
        StaffSession.Home, new("返回", "Back"));

    private IResult Unknown(HttpContext context) => Notice(
        context, StatusCodes.Status404NotFound, new("没有这项申请", "There is no such request"), new("请从列表中选择。", "Choose one from the list."),
        StaffSession.Home, new("返回列表", "Back to the list"));

    private IResult Stale(HttpContext context) => Notice(
        context, StatusCodes.Status400BadRequest, new("页面已失效", "The page is out of date"),
        new("表单不是本次会话的页面提交的，未作任何更改。", "The form was not sent from a page of this session. Nothing was changed."), StaffSession.Home, new("返回", "Back"));

    private RazorComponentResult<NoticePage> Notice(HttpContext context, int status, LocalizedText title, LocalizedText text, string way, LocalizedText wayText) =>
        Page<NoticePage>(new { Title = title, Text = text, Way = way, WayText = wayText, Visitor = VisitorOf(context) }, status);
}
