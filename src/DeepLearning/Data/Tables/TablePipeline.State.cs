namespace DeepLearning.Data;

public sealed partial class TablePipeline
{
    /// <summary>A pipeline that was saved by <see cref="Preprocessor.Save"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="Serialization.SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static new TablePipeline Load(string path)
    {
        TablePipeline pipeline = new();
        ((Preprocessor)pipeline).Load(path);
        return pipeline;
    }

    private protected override void Write(PreprocessorState state)
    {
        Fitted f = _fitted!;
        state.SetTexts("numeric", f.Numeric);
        state.Add("imputer", f.Imputer.State());
        state.Add("encoder", f.Encoder.State());
        if (f.Dates is { } dates)
        {
            state.SetTexts("dates", dates.Columns);
            state.Metadata["dates.parts"] = dates.Parts.ToString();
            if (dates.Format is not null)
            {
                state.Metadata["dates.format"] = dates.Format;
            }
        }

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
            Dates = state.Metadata.ContainsKey("dates") ? ReadDates(state) : null,
        };
    }

    private static DateColumns ReadDates(PreprocessorState state)
    {
        const DateParts All = DateParts.Date | DateParts.Time | DateParts.Quarter | DateParts.Week | DateParts.DayOfYear;
        string format = state.Metadata.GetValueOrDefault("dates.format", "");
        return Enum.TryParse(state.Text("dates.parts"), out DateParts parts) && parts != DateParts.None && (parts & ~All) == 0
            ? new DateColumns(state.Texts("dates"), parts, format.Length == 0 ? null : format)
            : throw new InvalidDataException($"'{CloseNames.Shorten(state.Text("dates.parts"))}' are not parts of a date");
    }

    private static T Part<T>(PreprocessorState state, string name, T part) where T : Preprocessor
    {
        part.LoadState(state.Part(name));
        return part;
    }
}
