namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A picture with the content of one and the style of another: its pixels are trained, so that a network sees in it the same things as in
/// the first (features) and the same textures as in the second (which features go together, Gram matrices). Gatys, Ecker and Bethge 2016,
/// "Image style transfer using convolutional neural networks". The network here has learned to tell textures apart a minute before.
/// </summary>
internal static class StyleTransferLesson
{
    private const int Kinds = 6;

    public static Lesson Lesson { get; } = new(
        "style-transfer", Chapter.Generative, "Neural style: the content of one picture, the texture of another",
        Goal.AtMost("style loss, transferred / content picture", 0.1), Goal.AtMost("style loss, transferred / content picture", 0.4), Run)
    {
        Data = "pictures that it draws",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        int side = run.Choose(64, 32);
        Generator draw = new(run.Seed);
        Sequential eye = LearnTextures(run, side);
        Tensor contents = DrawnShapes.Draw(4, side, draw).Images;
        Tensor[] styles = [.. Enumerable.Range(0, 4).Select(kind => Texture(kind, side))];
        int[] styleLayers = [1, 4, 7];                          // behind each ReLU
        List<Tensor> made = [];
        List<(string, IReadOnlyList<double>)> curves = [];
        double before = 0, after = 0;
        for (int i = 0; i < styles.Length; i++)
        {
            Tensor picture = contents[i..(i + 1)];
            List<Tensor> wantedStyle, wantedContent;
            using (GradMode.NoGrad())
            {
                wantedStyle = [.. Features(eye, styles[i].Unsqueeze(0), styleLayers).Select(Gram)];
                wantedContent = Features(eye, picture, styleLayers);
            }

            // The parameters are the pixels.
            Tensor pixels = picture.Clone();
            pixels.RequiresGrad = true;
            using (GradMode.NoGrad())
            {
                before += (double)StyleLoss(Features(eye, picture, styleLayers), wantedStyle);
            }

            curves.Add(($"style {i + 1}", run.Train(new Adam([pixels], 0.03), run.Choose(400, 60), _ =>
            {
                List<Tensor> seen = Features(eye, pixels, styleLayers);
                Tensor content = Loss.MSE(seen[2], wantedContent[2]) / wantedContent[2].Square().Mean();
                return StyleLoss(seen, wantedStyle) + (content * 0.02) + (Loss.TotalVariation(pixels) * 1e-5);
            }, what: $"picture {i + 1}")));
            using GradMode.Region none = GradMode.NoGrad();
            after += (double)StyleLoss(Features(eye, pixels, styleLayers), wantedStyle);
            made.Add(pixels.Detach()[0].Clamp(0.0, 1.0));
        }

        run.Report.Images("Transferred", "Above the contents, then the styles, below what came of both.",
            Tensor.Cat([contents, Tensor.Stack(styles), Tensor.Stack([.. made])]), 4, run.Choose(2, 3));
        run.Report.Curves("Losses", "Style, content and smoothness together.", true, [.. curves]);
        return after / before;
    }

    /// <summary>A network that tells six textures apart; to do so its layers must see strokes, dots and colors.</summary>
    private static Sequential LearnTextures(LessonRun run, int side)
    {
        int width = run.Choose(24, 12);
        Sequential eye = new(
            new Conv2d(3, width, 3, padding: 1), new ReLU(), new AvgPool2d(2), new Conv2d(width, 2 * width, 3, padding: 1), new ReLU(),
            new AvgPool2d(2),
            new Conv2d(2 * width, 2 * width, 3, padding: 1), new ReLU());
        Sequential whole = new(eye, new GlobalAvgPool(), new Linear(2 * width, Kinds));
        run.Train(new Adam(whole.Parameters(), 3e-3), run.Choose(400, 60), _ =>
        {
            long[] kinds = Tensor.RandInt(0, Kinds, [12]).ToArray<long>();
            Tensor pictures = Tensor.Stack([.. kinds.Select(kind => Texture((int)kind, side))]);
            return Loss.CrossEntropy(whole.Forward(pictures + (Tensor.RandnLike(pictures) * 0.1)), Tensor.From(kinds));
        }, what: "textures");
        return eye.Freeze("*");
    }

    private static List<Tensor> Features(Sequential eye, Tensor picture, int[] layers)
    {
        List<Tensor> seen = [];
        Tensor x = picture;
        for (int i = 0; i < eye.Count; i++)
        {
            x = eye[i].Forward(x);
            if (layers.Contains(i))
            {
                seen.Add(x);
            }
        }

        return seen;
    }

    /// <summary>
    /// Which features come together, wherever, and in the last column how strong each is: [1, channels, h, w] → [channels, channels + 1].
    /// About their means: else the colors would be nearly all that counts.
    /// </summary>
    private static Tensor Gram(Tensor features)
    {
        Tensor rows = features[0].Flatten(1), means = rows.Mean(1, keepDim: true), centered = rows - means;
        return Tensor.Cat([centered.MatMul(centered.T) / rows.Size(1), means], axis: 1);
    }

    /// <summary>How far the Gram matrices are apart, as a share of the wanted ones, so that each layer counts alike.</summary>
    private static Tensor StyleLoss(List<Tensor> seen, List<Tensor> wanted) => Enumerable.Range(0, seen.Count)
        .Select(i => Loss.MSE(Gram(seen[i]), wanted[i]) / wanted[i].Square().Mean()).Aggregate(static (sum, one) => sum + one);

    /// <summary>Stripes, checks, dots and waves, each in colors and at a place of its own: [3, side, side].</summary>
    private static Tensor Texture(int kind, int side)
    {
        double phase = 2 * Math.PI * Generator.Default.NextDouble();
        Tensor[] grid = Tensor.MeshGrid([Tensor.Arange(side).To(DType.Float32), Tensor.Arange(side).To(DType.Float32)]);
        (Tensor y, Tensor x) = (grid[0], grid[1]);
        Tensor shade = kind switch
        {
            0 => ((x * 0.9) + phase).Sin(),
            1 => ((y * 0.9) + phase).Sin(),
            2 => (((x + y) * 0.7) + phase).Sin(),
            3 => ((x * 0.8) + phase).Sin() * ((y * 0.8) + phase).Sin(),
            4 => ((x * 0.5) + ((y * 0.4).Sin() * 2) + phase).Sin(),
            _ => ((x * 1.6) + phase).Sin() * ((y * 0.4) + phase).Cos(),
        };
        (double, double, double)[] light =
            [(1, 0.8, 0.2), (0.2, 0.6, 1), (0.9, 0.3, 0.3), (0.4, 0.9, 0.4), (0.9, 0.5, 0.9), (0.9, 0.9, 0.9)];
        Tensor share = (shade * 4).Sigmoid();
        Tensor color = Tensor.From([(float)light[kind].Item1, (float)light[kind].Item2, (float)light[kind].Item3], 3, 1, 1);
        return share * color + ((1 - share) * (1 - color) * 0.4);
    }
}
