using System.Globalization;

namespace DeepLearning.TensorBoard;

/// <summary>Makes the three messages that TensorBoard's page of hyperparameters reads.</summary>
internal static class HyperparameterEncoder
{
    private const string Plugin = "hparams", Prefix = "_hparams_/";

    public static Message Encode(IReadOnlyDictionary<string, object> values, IEnumerable<string> metrics, double time)
    {
        Message experiment = new(), start = new();
        foreach ((string name, object value) in values)
        {
            (int type, Message encoded) = Encode(name, value);
            Message info = new Message().Text(Fields.HParams.InfoName, name).Number(Fields.HParams.InfoType, type);
            experiment.Inner(Fields.HParams.ExperimentHParamInfos, info);
            Message entry = new Message().Text(Fields.MapEntry.Key, name).Inner(Fields.MapEntry.Value, encoded);
            start.Inner(Fields.HParams.StartHParams, entry);
        }

        foreach (string metric in metrics)
        {
            Message name = new Message().Text(Fields.HParams.MetricTag, metric);
            experiment.Inner(Fields.HParams.ExperimentMetricInfos, new Message().Inner(Fields.HParams.MetricName, name));
        }

        start.Double(Fields.HParams.StartTime, time);
        Message end = new Message().Number(Fields.HParams.EndStatus, Fields.HParams.Success).Double(Fields.HParams.EndTime, time);
        return new Message()
            .Inner(Fields.Summary.Value, Value("experiment", Fields.HParams.Experiment, experiment))
            .Inner(Fields.Summary.Value, Value("session_start_info", Fields.HParams.SessionStart, start))
            .Inner(Fields.Summary.Value, Value("session_end_info", Fields.HParams.SessionEnd, end));
    }

    private static Message Value(string tag, int field, Message content) => new Message()
        .Text(Fields.Value.Tag, Prefix + tag)
        .Inner(Fields.Value.Metadata, Summaries.Plugin(Plugin, new Message().Inner(field, content)));

    private static (int Type, Message Value) Encode(string name, object value) => value switch
    {
        bool flag => (Fields.HParams.TypeBoolean, new Message().AlwaysBoolean(Fields.HParams.ValueBoolean, flag)),
        string text => (Fields.HParams.TypeString, new Message().Item(Fields.HParams.ValueText, text)),
        byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or Half =>
            (Fields.HParams.TypeNumber, new Message().AlwaysDouble(Fields.HParams.ValueNumber, ToDouble(value))),
        _ => throw new ArgumentException(
            $"AddHyperparameters: '{name}' is {(value is null ? "null" : $"a {value.GetType().Name}")}; values are numbers, texts and "
                + "truth values."),
    };

    private static double ToDouble(object value) =>
        value is Half half ? (double)half : Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
