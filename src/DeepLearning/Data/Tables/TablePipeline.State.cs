namespace DeepLearning.Data;

public sealed partial class TablePipeline
{
    private protected override void Write(PreprocessorState state)
    {
        Fitted f = _fitted!;
        state.SetTexts("numeric", f.Numeric);
        state.Add("imputer", f.Imputer.State());
        state.Add("encoder", f.Encoder.State());
        if (f.Scaler is not null)
        {
            state.Add("scaler", f.Scaler.State());
        }

        if (f.Target is not null)
        {
            state.Metadata["target"] = f.Target;
        }

        if (f.TargetScaler is not null)
        {
            state.Add("target_scaler", f.TargetScaler.State());
        }

        if (f.Labels is not null)
        {
            state.Add("labels", f.Labels.State());
        }
    }

    private protected override void Read(PreprocessorState state)
    {
        string[] numeric = state.Texts("numeric");
        Imputer imputer = Part(state, "imputer", new Imputer());
        OneHotEncoder encoder = Part(state, "encoder", new OneHotEncoder());
        ColumnScaler? scaler = state.Metadata.TryGetValue("scaler.type", out string? type)
            ? Part<ColumnScaler>(state, "scaler", type == nameof(MinMaxScaler) ? new MinMaxScaler() : new Standardizer())
            : null;
        if (!(imputer.Names ?? []).SequenceEqual(numeric) || (scaler is not null && !(scaler.Names ?? []).SequenceEqual(numeric)))
        {
            throw new InvalidDataException("its parts were fitted on other columns");
        }

        Standardizer? targetScaler = state.Metadata.ContainsKey("target_scaler.type")
            ? Part(state, "target_scaler", new Standardizer())
            : null;
        if (targetScaler is not null && targetScaler.Offset.Count != 1)
        {
            throw new InvalidDataException("its target has more than one column");
        }

        _fitted = new Fitted(numeric, imputer, scaler, encoder)
        {
            Target = state.Metadata.TryGetValue("target", out string? target) ? target : null,
            TargetScaler = targetScaler,
            Labels = state.Metadata.ContainsKey("labels.type") ? Part(state, "labels", new LabelEncoder()) : null,
        };
    }

    private static T Part<T>(PreprocessorState state, string name, T part) where T : Preprocessor
    {
        part.LoadState(state.Part(name));
        return part;
    }
}
