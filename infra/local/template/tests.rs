use jiff::SignedDuration;

use store::{Access, Target};

use super::*;

const TABLE: &str = "
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${AWS::StackName}-table'
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]";
const BUCKET: &str = "
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{ Id: rest }, { TagFilters: [{ Key: state, Value: pending }], ExpirationInDays: 2 }]
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Statement: [{ Effect: Deny, Condition: { NumericGreaterThan: { s3:signatureAge: '1000' } } }]";
const API: &str = "
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Token
        Authorizers: { Token: { JwtConfiguration: { issuer: !Ref Issuer, audience: [!GetAtt Pool.Id] } } }";

fn function(event: &str) -> String {
    format!(
            "
  Read:
    Type: AWS::Serverless::Function
    Condition: Always
    Metadata: {{ BuildProperties: {{ Binary: read }} }}
    Properties:
      MemorySize: !If [Small, 128, !FindInMap [Sizes, Large, Memory]]
      Policies: [{{ Statement: [{{ Effect: Allow, Action: dynamodb:Query, Resource: !Sub '${{Table.Arn}}/index/by-a' }}] }}]
      Events: {{ Route: {{ Type: HttpApi, Properties: {{ ApiId: !Ref Api, {event} }} }}, Tick: {{ Type: SQS }} }}"
        )
}

fn parse(resources: &[&str]) -> Result<Template> {
    Template::parse(&format!(
        "Parameters: {{ Issuer: {{ Type: String }} }}\nResources:{}{BUCKET}",
        resources.concat()
    ))
}

fn why(template: Result<Template>) -> String {
    format!(
        "{:#}",
        template.expect_err("a template that cannot be served")
    )
}

#[test]
fn the_systems_own_template_is_understood() {
    let template = Template::embedded().unwrap();
    let create = template
        .functions
        .iter()
        .find(|function| function.name == "create-ticket")
        .unwrap();
    let path = "/v2/support-tickets".to_owned();
    let insert = format!("{path}/insert");
    assert_eq!(
        create.routes,
        // In the order of the events' names: the older name first.
        [insert, path].map(|path| Route {
            matches: Match::Exactly(Method::POST, path),
            authorised: true
        })
    );
    let check = template
        .functions
        .iter()
        .find(|function| function.name == "check-deadlines")
        .unwrap();
    assert_eq!(check.timeout, Duration::from_secs(50));
    assert_eq!(create.timeout, Duration::from_secs(15));
    assert_eq!(
        (check.routes.as_slice(), check.schedules.as_slice()),
        ([].as_slice(), [Duration::from_mins(1)].as_slice())
    );
    let rest = template
        .functions
        .iter()
        .find(|function| function.name == "not-found")
        .unwrap();
    assert_eq!(
        rest.routes,
        [Route {
            matches: Match::Rest,
            authorised: false
        }]
    );

    let table = template.table;
    let by_status = table
        .global_secondary_indexes
        .iter()
        .find(|index| index.index_name == "by-status")
        .unwrap();
    let key = by_status
        .key_schema
        .iter()
        .map(|part| (&*part.attribute_name, &*part.key_type));
    assert_eq!(
        key.collect::<Vec<_>>(),
        [
            ("tenant", "HASH"),
            ("status", "HASH"),
            ("updatedAt", "RANGE"),
            ("ticket", "RANGE")
        ]
    );
    assert_eq!(
        table.time_to_live_specification.unwrap().attribute_name,
        "expiresAt"
    );
}

#[test]
fn short_form_functions_may_stand_anywhere() {
    let template = parse(&[API, TABLE, &function("Method: GET, Path: '/things/{id}'")]).unwrap();
    let matches = Match::Exactly(Method::GET, "/things/{id}".into());
    let routes = vec![Route {
        matches,
        authorised: true,
    }];
    assert_eq!(
        template.functions,
        [Function {
            name: "read".into(),
            routes,
            schedules: Vec::new(),
            told_by: Vec::new(),
            timeout: Duration::from_secs(LAMBDA_TIMEOUT),
            rights: vec![Right {
                action: "dynamodb:Query".into(),
                target: Target::Index("by-a".into()),
                conditions: Vec::new(),
            }],
        }]
    );
    assert_eq!(template.table.key_schema[0].attribute_name, "pk");
}

#[test]
fn a_schedule_is_a_rate() {
    let function = |rate| {
        let event = "Method: GET, Path: /";
        let tick =
            format!("Tick: {{ Type: ScheduleV2, Properties: {{ ScheduleExpression: {rate} }} }}");
        parse(&[
            API,
            TABLE,
            &function(event).replace("Tick: { Type: SQS }", &tick),
        ])
    };
    for (rate, seconds) in [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 day)", 86_400),
    ] {
        let schedules = &function(rate).unwrap().functions[0].schedules;
        assert_eq!(schedules, &[Duration::from_secs(seconds)]);
    }
    for wrong in [
        "rate(0 minutes)",
        "rate(1 month)",
        "cron(0 12 * * ? *)",
        "rate(x days)",
    ] {
        assert!(
            why(function(wrong)).contains("resource Read: event Tick"),
            "{wrong}"
        );
    }
}

#[test]
fn a_route_is_open_only_where_the_template_says_so() {
    let authorised = |api: &str, event: &str| {
        parse(&[api, TABLE, &function(event)]).unwrap().functions[0].routes[0].authorised
    };
    let no_default = API.replace("DefaultAuthorizer: Token", "EnableIamAuthorizer: false");
    assert!(authorised(API, "Method: GET, Path: /a"));
    assert!(!authorised(
        API,
        "Method: GET, Path: /a, Auth: { Authorizer: NONE }"
    ));
    assert!(!authorised(&no_default, "Method: GET, Path: /a"));
    assert!(authorised(
        &no_default,
        "Method: GET, Path: /a, Auth: { Authorizer: Token }"
    ));
}

#[test]
fn what_cannot_be_served_is_named() {
    let with = |event: &str| why(parse(&[API, TABLE, &function(event)]));
    assert_eq!(
        with("Method: GET, Path: /a, Auth: { Authorizer: Other }"),
        "resource Read: event Route: the API has no authorizer Other"
    );
    assert_eq!(
        with("Path: /a"),
        "resource Read: event Route: missing field `Method`"
    );
    assert_eq!(
        with("Method: ANY, Path: /a"),
        "resource Read: event Route: a route for any method is only known for $default"
    );
    assert_eq!(why(parse(&[API])), "has no AWS::DynamoDB::Table");
    assert_eq!(why(parse(&[TABLE])), "has no AWS::Serverless::HttpApi");
    let event = function("Method: GET, Path: /a");
    let twin = event.replace("  Read:", "  Other:");
    assert_eq!(
        why(parse(&[API, TABLE, &event, &twin])),
        "has two functions with the binary read"
    );
    let nameless = event.replace("Binary", "Bin");
    assert_eq!(
        why(parse(&[API, TABLE, &nameless])),
        "resource Read: Metadata.BuildProperties.Binary is missing"
    );
}

#[test]
fn the_bucket_keeps_the_rules_that_the_template_gives_it() {
    let own = Template::embedded().unwrap().bucket;
    assert_eq!(own.pending_for, SignedDuration::from_hours(24));
    assert_eq!(own.oldest_signature, SignedDuration::from_mins(5));
    let may: Vec<_> = own
        .cors
        .iter()
        .map(|rule| (rule.methods.join(" "), rule.from_anywhere))
        .collect();
    assert_eq!(may, [("PUT".into(), false), ("GET".into(), true)]);
    let other = parse(&[API, TABLE]).unwrap().bucket;
    assert_eq!(other.cors, [], "no page may anything where nothing is said");
    assert_eq!(other.pending_for, SignedDuration::from_hours(48));
    assert_eq!(other.oldest_signature, SignedDuration::from_secs(1));
}

#[test]
fn nobody_reaches_the_bucket_but_by_a_signature_and_encrypted() {
    let template: Value = yaml_serde::from_str(TEMPLATE).unwrap();
    let bucket = &template["Resources"]["Bucket"]["Properties"];
    let blocked = &bucket["PublicAccessBlockConfiguration"];
    for what in [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ] {
        assert_eq!(blocked[what].as_bool(), Some(true), "{what}");
    }
    let ownership = &bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
    assert_eq!(ownership.as_str(), Some("BucketOwnerEnforced"));
    assert_eq!(
        bucket["VersioningConfiguration"]["Status"].as_str(),
        Some("Enabled")
    );
    let rules = bucket["LifecycleConfiguration"]["Rules"]
        .as_sequence()
        .unwrap();
    for rule in rules {
        assert_eq!(rule["Status"].as_str(), Some("Enabled"));
    }
    let rest = &rules[1];
    assert!(
        rest["NoncurrentVersionExpiration"]["NoncurrentDays"]
            .as_u64()
            .is_some()
    );
    let abort = &rest["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"];
    assert_eq!(abort.as_u64(), Some(1));
    let policy =
        &template["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"];
    let insecure = &policy[0];
    assert_eq!(insecure["Effect"].as_str(), Some("Deny"));
    assert_eq!(insecure["Action"].as_str(), Some("s3:*"));
    let transport = &insecure["Condition"]["Bool"]["aws:SecureTransport"];
    assert_eq!(transport.as_str(), Some("false"));
}

#[test]
fn a_function_may_do_what_its_policies_say_and_no_more() {
    let with = |statement: &str| {
        let function = function("Method: GET, Path: /");
        let from = function.find("Statement: [").unwrap();
        let to = from + function[from..].find("] }]").unwrap();
        let function = format!(
            "{}Statement: [{statement}{}",
            &function[..from],
            &function[to..]
        );
        parse(&[API, TABLE, &function])
    };
    let rights = |statement| with(statement).unwrap().functions[0].rights.clone();
    let tags = "{ Effect: Allow, Action: [s3:PutObject, s3:PutObjectTagging], Resource: !Sub '${Bucket.Arn}/files/*',
      Condition: { StringEquals: { s3:RequestObjectTag/state: pending } } }";
    let rights_to_put = rights(tags);
    assert_eq!(rights_to_put.len(), 2);
    let put = |key: &str, state: &str| Access {
        action: "s3:PutObject",
        target: Target::Object(key.into()),
        context: vec![("s3:RequestObjectTag/state".into(), state.into())],
    };
    for (access, is_covered) in [
        (put("files/a", "pending"), true),
        (put("files/a", "kept"), false),
        (put("other/a", "pending"), false),
        (
            Access {
                context: Vec::new(),
                ..put("files/a", "pending")
            },
            false,
        ),
    ] {
        let covered = rights_to_put.iter().any(|right| right.covers(&access));
        assert_eq!(covered, is_covered, "{access:?}");
    }
    let list = rights(
        "{ Effect: Allow, Action: s3:ListBucketVersions, Resource: !GetAtt Bucket.Arn,
      Condition: { StringLike: { s3:prefix: files/* } } }",
    );
    let under = |prefix: &str| Access {
        action: "s3:ListBucketVersions",
        target: Target::Bucket,
        context: vec![("s3:prefix".into(), prefix.into())],
    };
    assert!(list[0].covers(&under("files/a")) && !list[0].covers(&under("fil")));
    for (statement, problem) in [
        (
            "{ Effect: Deny, Action: dynamodb:Query, Resource: !GetAtt Table.Arn }",
            "only allows",
        ),
        (
            "{ Effect: Allow, Action: dynamodb:Query, Resource: '*' }",
            "a resource of the template",
        ),
        (
            "{ Effect: Allow, Action: dynamodb:Query, Resource: !GetAtt Api.Arn }",
            "neither the table nor the bucket",
        ),
        (
            "{ Effect: Allow, Action: dynamodb:Query, Resource: !GetAtt Table.Arn, Condition: { IpAddress: { a: b } } }",
            "IpAddress is not known",
        ),
    ] {
        let why = why(with(statement));
        assert!(why.contains(problem), "{why}");
    }
}
