using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What can be wrong with any configuration file, whatever it configures.</summary>
[FaultRows]
public static class ConfigurationFaults
{
    public static readonly FaultCode YamlSyntax = Row("CONFIG_YAML_SYNTAX",
        "YAML 语法错误：{0}", "Not well-formed YAML: {0}", "更正该处语法；该文件其余部分未检查", "Correct the syntax; the rest of the file was not looked at");

    public static readonly FaultCode YamlEmpty = Row("CONFIG_YAML_EMPTY",
        "文件没有内容", "The file is empty", "填写内容或删除文件", "Fill the file or remove it");

    public static readonly FaultCode YamlDocuments = Row("CONFIG_YAML_DOCUMENTS",
        "一个文件只能有一份文档", "A file holds one document", "把第二份文档移到另一个文件", "Move the second document to a file of its own");

    public static readonly FaultCode YamlAlias = Row("CONFIG_YAML_ALIAS",
        "不接受锚点（&）和别名（*）", "Anchors (&) and aliases (*) are not accepted", "把内容完整写出", "Write the content out");

    public static readonly FaultCode YamlTag = Row("CONFIG_YAML_TAG",
        "不接受标签（!）", "Tags (!) are not accepted", "去掉标签", "Remove the tag");

    public static readonly FaultCode YamlDepth = Row("CONFIG_YAML_DEPTH",
        "嵌套超过 {0} 层", "Nested deeper than {0}", "减少嵌套", "Nest less");

    public static readonly FaultCode YamlNodes = Row("CONFIG_YAML_NODES",
        "一个文件超过 {0} 个节点", "The file has more than {0} nodes", "拆分文件", "Split the file");

    public static readonly FaultCode FileTooLarge = Row("CONFIG_FILE_TOO_LARGE",
        "文件超过 {0} 个字符", "The file is longer than {0} characters", "拆分文件", "Split the file");

    public static readonly FaultCode TooManyFiles = Row("CONFIG_TOO_MANY_FILES",
        "配置文件超过 {0} 个", "There are more than {0} files", "检查配置目录是否选错", "Check that the folder is the right one");

    public static readonly FaultCode TooManyFaults = Row("CONFIG_TOO_MANY_FAULTS",
        "错误超过 {0} 处，其余未列出", "More than {0} faults; the rest are not listed", "先更正已列出的错误", "Correct those listed first");

    public static readonly FaultCode FileUnexpected = Row("CONFIG_FILE_UNEXPECTED",
        "没有哪种配置使用这个路径", "No kind of configuration has this path", "放入 agencies、calendars、exchange-types、sharing、enrolments、counsel（.yaml）、eligibility（facts.yaml，各规则包的 pack.yaml 与 examples.yaml）、clients（.jwks.json）或 schemas（.json），或移出配置目录",
        "Put it under agencies, calendars, exchange-types, sharing, enrolments, counsel (.yaml), eligibility (facts.yaml, pack.yaml and examples.yaml of each pack), clients (.jwks.json) or schemas (.json), or move it out of the folder");

    public static readonly FaultCode FileTwice = Row("CONFIG_FILE_TWICE",
        "同一路径的文件出现两次", "The path stands twice", "只保留一个", "Keep one");

    public static readonly FaultCode FileMissing = Row("CONFIG_FILE_MISSING",
        "缺少 {0}", "{0} is missing", "补充该文件", "Add the file");

    public static readonly FaultCode IdFile = Row("CONFIG_ID_FILE",
        "id 与文件名不一致", "The id differs from the file's name", "把文件改名为 {id}.yaml，或更正 id", "Rename the file to {id}.yaml, or correct the id");

    public static readonly FaultCode KeyInvalid = Row("CONFIG_KEY_INVALID",
        "键必须是文字", "A key must be a text", "更正键", "Correct the key");

    public static readonly FaultCode KeyTwice = Row("CONFIG_KEY_TWICE",
        "键 {0} 重复，第 {1} 行已有", "The key {0} stands on line {1} already", "删除其中一个", "Remove one of them");

    public static readonly FaultCode KeyUnknown = Row("CONFIG_KEY_UNKNOWN",
        "没有键 {0}；此处可用：{1}", "There is no key {0}; known here: {1}", "更正拼写或删除", "Correct the spelling or remove it");

    public static readonly FaultCode KeyMissing = Row("CONFIG_KEY_MISSING",
        "缺少键 {0}", "The key {0} is missing", "补充该键", "Add the key");

    public static readonly FaultCode TypeWrong = Row("CONFIG_TYPE_WRONG",
        "类型不对，应为：{0}", "Of the wrong type; expected: {0}", "更正；像数字的文字要加引号", "Correct it; quote a text that looks like a number");

    public static readonly FaultCode TextLength = Row("CONFIG_TEXT_LENGTH",
        "文字为空或超过 {0} 个字符", "The text is empty or longer than {0} characters", "改为 1 到上限个字符", "Give 1 character up to the bound");

    public static readonly FaultCode TextCharacters = Row("CONFIG_TEXT_CHARACTERS",
        "文字含控制字符或不成对的代理码", "The text has control characters or a lone surrogate", "去掉这些字符", "Remove them");

    public static readonly FaultCode NameInvalid = Row("CONFIG_NAME_INVALID",
        "名称写法不对", "The name is not well-formed", "用小写字母开头的单词，以连字符连接，2 到 64 个字符", "Lower-case words joined by hyphens, 2 to 64 characters");

    public static readonly FaultCode ValueUnknown = Row("CONFIG_VALUE_UNKNOWN",
        "没有这个取值；可用：{0}", "There is no such value; known: {0}", "从可用取值中选择", "Choose one of them");

    public static readonly FaultCode NumberRange = Row("CONFIG_NUMBER_RANGE",
        "数值不在 {0} 到 {1} 之间", "The number is not from {0} to {1}", "改为范围内的数值", "Give a number in the range");

    public static readonly FaultCode DateInvalid = Row("CONFIG_DATE_INVALID",
        "不是有效日期", "Not a date", "写成 YYYY-MM-DD", "Write YYYY-MM-DD");

    public static readonly FaultCode InstantInvalid = Row("CONFIG_INSTANT_INVALID",
        "不是有效时刻", "Not an instant", "写成 YYYY-MM-DDThh:mm:ss+08:00", "Write YYYY-MM-DDThh:mm:ss+08:00");

    public static readonly FaultCode DurationInvalid = Row("CONFIG_DURATION_INVALID",
        "不是有效时长，或不在 {0} 到 {1} 之间", "Not a duration, or not from {0} to {1}", "写成 500ms、10s、5min、24h 或 3d", "Write 500ms, 10s, 5min, 24h or 3d");

    public static readonly FaultCode PeriodReversed = Row("CONFIG_PERIOD_REVERSED",
        "终止日期不晚于起始日期", "The end is not after the beginning", "更正日期；终止日不含当日", "Correct the dates; the end is exclusive");

    public static readonly FaultCode ListLength = Row("CONFIG_LIST_LENGTH",
        "列表应有 {0} 到 {1} 项", "The list should have {0} to {1} items", "增加或减少", "Add or remove items");

    public static readonly FaultCode Twice = Row("CONFIG_TWICE",
        "{0} 重复", "{0} stands twice", "删除其中一个", "Remove one of them");

    public static readonly FaultCode ReferenceUnknown = Row("CONFIG_REFERENCE_UNKNOWN",
        "没有名为 {1} 的 {0}", "There is no {0} named {1}", "更正拼写，或先声明它", "Correct the spelling, or declare it");

    public static readonly FaultCode EitherOr = Row("CONFIG_EITHER_OR",
        "{0} 必须且只能填写一个", "Exactly one of {0} must be given", "保留其中一个", "Keep one of them");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
