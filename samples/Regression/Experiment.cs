using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Reporting;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Samples.Regression;

/// <summary>The models on one table: fitted on the training rows, chosen by the validation rows, compared on the test rows.</summary>
public sealed class Experiment
{
    private const int BatchSize = 64;
    private const double TestShare = 0.2, ValidationShare = 0.1;

    private readonly RegressionData _data;
    private readonly Options _options;
    private readonly TextWriter _output;
    private readonly Table _training, _validation, _test;
    private readonly TablePipeline _pipeline;
    private readonly Tensor _actual;
    private readonly List<Chart> _charts = [];
    private readonly List<(string Name, string Value)> _configuration = [];

    public Experiment(RegressionData data, Options options, TextWriter output)
    {
        (_data, _options, _output) = (data, options, output);

        // The same rows are the test in every run, whatever the seed.
        (Table rest, _test) = data.Table.TrainTestSplit(TestShare, new Generator(0));
        (_training, _validation) = rest.TrainTestSplit(ValidationShare, new Generator(1));
        _pipeline = new TablePipeline
        {
            Target = data.Target,
            Imputation = Imputation.Median,
            UnknownCategories = UnknownCategory.AllZeros,
        }.Fit(_training);
        _actual = _test.Numbers(data.Target).ToTensor(DType.Float64).Reshape(-1, 1);
    }

    private string Rows => $"{_training.RowCount} training, {_validation.RowCount} validation and {_test.RowCount} test rows";

    private int Epochs => _options.Epochs ?? _data.Epochs;

    /// <summary>Fits the models, prints their scores and writes the report and the model file.</summary>
    /// <returns>The scores of the perceptron.</returns>
    public Scores Run(string reportPath, string modelPath)
    {
        _output.WriteLine($"{_data.Title}: {Rows}");
        _output.WriteLine(_data.Table.Describe());
        _output.WriteLine($"inputs: {string.Join(", ", _pipeline.InputNames)}\n");

        Generator.Default.ManualSeed(_options.Seed);
        Tensor leastSquares = LeastSquares();
        Tensor linear = Predict(Train("linear network", new Linear(_pipeline.InputCount, 1), 0.05, keepBest: false));
        ModelRegistry.Default.Add("perceptron", Perceptron);
        TablePredictor predictor = new(_pipeline, "perceptron", [new("hidden", string.Join(", ", _data.Hidden))]);
        Tensor predicted = Predict(Train("MLP", predictor.Model, 5e-3, keepBest: true));
        Save(predictor, modelPath);

        double mean = _training.Numbers(_data.Target).ToTensor(DType.Float64).Mean().Item<double>();
        Scores best = Scores.Of(predicted, _actual);
        (string Name, Scores Scores)[] all =
        [
            ("mean of the training rows", Scores.Of(Tensor.Full(_actual.Shape, mean, DType.Float64), _actual)),
            ("least squares", Scores.Of(leastSquares, _actual)),
            ("linear network", Scores.Of(linear, _actual)),
            ("MLP", best),
        ];
        _output.WriteLine("\ntest rows");
        foreach ((string name, Scores scores) in all)
        {
            _output.WriteLine($"{name,-26} {scores}");
        }

        double apart = (linear - leastSquares).Square().Mean().Sqrt().Item<double>();
        _output.WriteLine(FormattableString.Invariant($"linear network and least squares are {apart:0.00} apart (root mean square)"));
        Report(all, leastSquares, predicted).Save(reportPath);
        if (_options.Fingerprint)
        {
            _output.WriteLine($"fingerprint {predictor.Model.Fingerprint()}");
        }

        return best;
    }

    /// <summary>The closed form: coefficients and intercept that make the squared error on the training rows minimal.</summary>
    private Tensor LeastSquares()
    {
        Tensor coefficients = Linalg.Lstsq(WithOnes(_training), _pipeline.Targets(_training).To(DType.Float64)).Item1;
        return _pipeline.InverseTargets(WithOnes(_test).MatMul(coefficients));

        Tensor WithOnes(Table table) =>
            Tensor.Cat([_pipeline.Inputs(table).To(DType.Float64), Tensor.Ones([table.RowCount, 1], DType.Float64)], 1);
    }

    private static Sequential Perceptron(ModelSettings settings)
    {
        Sequential model = [];
        int inputs = settings.Inputs;
        foreach (int units in settings.Ints("hidden"))
        {
            model.Add(new Linear(inputs, units));
            model.Add(new SiLU());
            inputs = units;
        }

        model.Add(new Linear(inputs, settings.Outputs));
        return model;
    }

    /// <summary>Trains a model, and adds its curves to the report.</summary>
    private Module<Tensor, Tensor> Train(string name, Module<Tensor, Tensor> model, double learningRate, bool keepBest)
    {
        DataLoader<Example, Example> batches = DataLoader.Create(
            _pipeline.ToDataset(_training), BatchSize, shuffle: true, seed: _options.Seed);
        Trainer trainer = new(model, new Adam(model.Parameters(), learningRate), new MSELoss())
        {
            Schedule = new CosineSchedule((long)Epochs * batches.Count),
            Callbacks = keepBest ? [new BestModel()] : [],
        };
        DataLoader<Example, Example> validation = DataLoader.Create(_pipeline.ToDataset(_validation), 1024);
        History history = trainer.Fit(batches, Epochs, validation, new ProgressBar($"{name,-14}", _output));
        _charts.Add(new LineChart(
            $"Loss of the {name}", new Curve("training", history[FigureName.Loss]),
            new Curve("validation", history[FigureName.ValidationLoss]))
        {
            Caption = "Mean squared error of the standardized target.",
            LogScale = true,
        });
        _configuration.Add(($"training of the {name}", FormattableString.Invariant(
            $"{model.Parameters().Sum(static p => p.Count)} parameters, Adam, learning rate {learningRate} falling to 0 along a cosine")));
        return model;
    }

    /// <summary>The model's predictions for the test rows, in the target's unit.</summary>
    private Tensor Predict(Module<Tensor, Tensor> model)
    {
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        return _pipeline.InverseTargets(model.Forward(_pipeline.Inputs(_test)).To(DType.Float64));
    }

    /// <summary>Writes pipeline, architecture and weights into one file, and lets it predict when read again.</summary>
    private void Save(TablePredictor predictor, string path)
    {
        predictor.Save(path);
        Table rows = _test.Rows(..3).Drop(_data.Target);
        Tensor predicted = TablePredictor.Load(path).Predict(rows).To(DType.Float32);
        _output.WriteLine($"\n{path}, read again, predicts for {rows.RowCount} test rows: {predicted.Reshape(-1)}");
    }

    private RunReport Report((string Name, Scores Scores)[] all, Tensor leastSquares, Tensor predicted) => new(_data.Title)
    {
        Summary = FormattableString.Invariant(
            $"Test RMSE {all[^1].Scores.Rmse:0.00} with the MLP, {all[1].Scores.Rmse:0.00} with least squares, ")
            + FormattableString.Invariant($"{all[0].Scores.Rmse:0.00} with the mean."),
        Charts =
        [
            ScatterChart.PredictedVersusActual(predicted, _actual, "MLP: predicted against actual"),
            ScatterChart.PredictedVersusActual(leastSquares, _actual, "Least squares: predicted against actual"),
            .. _charts,
        ],
        Configuration =
        [
            .. all.Select(static row => (row.Name, row.Scores.ToString())),
            ("rows", Rows),
            ("inputs", $"{_pipeline.InputCount}"),
            .. _configuration,
            ("batch size", $"{BatchSize}"),
            ("epochs", $"{Epochs}"),
            ("seed", $"{_options.Seed}"),
        ],
    };
}
